import { existsSync, readFileSync } from 'node:fs'
import { runningPostgresPid } from '../../src/db/embedded/running.ts'
import { afflict, networkFaults } from '../support/fault-proxy.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import type { TreeNode } from '../support/tree.ts'
import type { Host } from './hosts.ts'
import type { Monitor, Process } from './monitors.ts'
import { pause } from './pause.ts'
import { startPatiently } from './start.ts'
import type { Tally } from './tally.ts'
import { lastReplica, processesOf, type World } from './world.ts'

const breakMs = { min: 1_000, max: 8_000 }
const downMs = { min: 200, max: 3_000 }
const frozenMs = { min: 500, max: 5_000 }
const fullMs = { min: 2_000, max: 10_000 }
const calmMs = { min: 1_000, max: 5_000 }
const clockShiftsMs = [-3_600_000, -90_000, 0, 90_000, 3_600_000]

interface WeatherOptions {
  random: () => number
  signal: AbortSignal
  /** Whether processes whose memory is watched may be killed now. */
  mayKill: () => boolean
  tally: Tally
}

/**
 * Faults chosen by `random` until `signal` is aborted, those of networks beside those of machines; all is mended when it
 * resolves. The last process of the replicated region is killed all the time, others only while `mayKill` says so.
 */
export async function makeWeather(world: World, { random, signal, mayKill, tally }: WeatherOptions): Promise<void> {
  const between = ({ min, max }: { min: number; max: number }) => min + random() * (max - min)
  function oneOf<T>(items: readonly T[]): T {
    const item = items[Math.floor(random() * items.length)]
    if (item === undefined) throw new Error('there is nothing to choose from')
    return item
  }
  const { regions, monitors } = world
  const hosts = regions.map(({ host }) => host)
  const ofMonitors = monitors.flatMap(({ processes }) => processes)
  const processes = processesOf(world)
  const wires = regions.flatMap(({ upper, lower }) => [upper, lower])

  async function breakNetwork(wire: TcpProxy): Promise<void> {
    const fault = oneOf(networkFaults)
    tally.add(`network ${fault}`)
    await afflict(wire, fault)
    await pause(between(breakMs), signal)
    await wire.heal()
  }
  async function kill(what: string, node: TreeNode): Promise<void> {
    tally.add(`${what} killed`)
    await node.kill()
    await pause(between(downMs), signal)
    await startPatiently(node, () => tally.add('start too slow'))
  }
  async function freeze({ node }: Process): Promise<void> {
    tally.add('process frozen')
    node.freeze()
    await pause(between(frozenMs), signal)
    node.thaw()
  }
  async function hurtDatabase({ databaseFolder }: Monitor): Promise<void> {
    const pid = runningPostgresPid(databaseFolder)
    // After a kill its file still names the process that was.
    if (pid === undefined || !isPostgres(pid)) return
    const how = oneOf<NodeJS.Signals>(['SIGKILL', 'SIGINT'])
    tally.add(`PostgreSQL ${how}`)
    process.kill(pid, how)
    await pause(between(downMs), signal)
  }
  async function setClock({ instrument }: Process): Promise<void> {
    tally.add('clock set')
    instrument.setClock(oneOf(clockShiftsMs))
  }
  async function fillDisk({ disk, node }: Host): Promise<void> {
    tally.add('disk of a host full')
    const pid = node.pid() ?? 0
    disk.fill(pid)
    await pause(between(fullMs), signal)
    disk.clear(pid)
  }
  async function killService({ service }: Host): Promise<void> {
    tally.add('service of a host killed')
    service.kill()
  }

  const always = [
    () => hurtDatabase(oneOf(monitors)),
    () => killService(oneOf(hosts)),
    () => setClock(oneOf(processes)),
    () => fillDisk(oneOf(hosts)),
    () => kill('replica', lastReplica(world).node),
  ]
  const harsh = [
    () => kill('monitor', oneOf(ofMonitors).node),
    () => kill('monitor', oneOf(ofMonitors).node),
    () => kill('host', oneOf(hosts).node),
    () => freeze(oneOf(ofMonitors)),
  ]

  async function blow(faults: () => ReadonlyArray<() => Promise<void>>): Promise<void> {
    while (!signal.aborted) {
      await oneOf(faults())()
      await pause(between(calmMs), signal)
    }
  }
  await Promise.all([
    blow(() => [() => breakNetwork(oneOf(wires))]),
    blow(() => (mayKill() ? [...always, ...harsh] : always)),
  ])
  for (const { instrument } of processes) instrument.setClock(0)
}

function isPostgres(pid: number): boolean {
  const file = `/proc/${pid}/comm`
  return existsSync(file) && readFileSync(file, 'utf8').trim() === 'postgres'
}
