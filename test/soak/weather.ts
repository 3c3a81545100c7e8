import { existsSync, readFileSync } from 'node:fs'
import { runningPostgresPid } from '../../src/db/embedded/running.ts'
import { afflict, networkFaults } from '../support/fault-proxy.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import type { TreeNode } from '../support/tree.ts'
import { pause } from './pause.ts'
import type { Tally } from './tally.ts'
import type { World } from './world.ts'

const breakMs = { min: 1_000, max: 8_000 }
const downMs = { min: 200, max: 3_000 }
const frozenMs = { min: 500, max: 5_000 }
const calmMs = { min: 1_000, max: 5_000 }
const maxStarts = 3

/**
 * One fault after the other, chosen by `random`, until `signal` is aborted; all is mended when it resolves. Processes of
 * nodes are killed and frozen only while `mayKill` says so.
 */
export async function makeWeather(
  world: World,
  options: { random: () => number; signal: AbortSignal; mayKill: () => boolean; tally: Tally },
): Promise<void> {
  const { random, signal, mayKill, tally } = options
  const between = ({ min, max }: { min: number; max: number }) => min + random() * (max - min)
  function oneOf<T>(items: readonly T[]): T {
    const item = items[Math.floor(random() * items.length)]
    if (item === undefined) throw new Error('there is nothing to choose from')
    return item
  }
  const [east, west] = world.regions
  if (!east || !west) throw new Error('the tree of a soak has two regions')
  const monitors = [world.root, east.node, west.node]

  async function breakNetwork(wire: TcpProxy): Promise<void> {
    const fault = oneOf(networkFaults)
    tally.add(`network ${fault}`)
    await afflict(wire, fault)
    await pause(between(breakMs), signal)
    await wire.heal()
  }
  async function kill(node: TreeNode): Promise<void> {
    tally.add('kill -9 of a node')
    await node.kill()
    await pause(between(downMs), signal)
    await startAgain(node)
  }
  /** A busy machine may need more than the bound of a start. */
  async function startAgain(node: TreeNode): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await node.start()
      } catch (error) {
        tally.add('start that was too slow')
        if (attempt === maxStarts) throw error
      }
    }
  }
  async function freeze(node: TreeNode): Promise<void> {
    tally.add('node frozen')
    node.freeze()
    await pause(between(frozenMs), signal)
    node.thaw()
  }
  async function hurtDatabase(node: TreeNode): Promise<void> {
    const pid = runningPostgresPid(node.dataDir)
    // After a kill its file still names the process that was.
    if (pid === undefined || !isPostgres(pid)) return
    const how = oneOf<NodeJS.Signals>(['SIGKILL', 'SIGINT'])
    tally.add(`PostgreSQL ${how}`)
    process.kill(pid, how)
    await pause(between(downMs), signal)
  }

  const killService = async () => {
    tally.add('service of a host killed')
    oneOf([east, west]).service.kill()
  }

  const wires = [east.upper, east.lower, west.upper, west.lower]
  const mild = [() => breakNetwork(oneOf(wires)), () => hurtDatabase(oneOf(monitors)), killService]
  const harsh = [
    () => kill(oneOf(monitors)),
    () => kill(oneOf([east.worker, west.worker])),
    () => freeze(oneOf(monitors)),
  ]

  while (!signal.aborted) {
    await oneOf(mayKill() ? [...mild, ...harsh] : mild)()
    await pause(between(calmMs), signal)
  }
}

function isPostgres(pid: number): boolean {
  const file = `/proc/${pid}/comm`
  return existsSync(file) && readFileSync(file, 'utf8').trim() === 'postgres'
}
