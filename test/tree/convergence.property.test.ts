import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '../../src/contract/errors.ts'
import { Registration } from '../../src/contract/cluster.ts'
import { Report } from '../../src/contract/reports.ts'
import { listAlerts } from '../../src/monitor/alerts/alerts.store.ts'
import { findNode } from '../../src/monitor/nodes/nodes.store.ts'
import { tokenOf } from '../support/tree.ts'
import { type BareMonitor, startBareMonitor } from './bare-monitor.ts'
import { keptIn } from './kept-state.ts'
import { createLossyWire, type Fate, fates, type LossyWire } from './lossy-wire.ts'

const admin = { kind: 'user' as const, userId: 1, username: 'admin', role: 'admin' as const }
const regionIds = ['a', 'b'] as const
const leafIds = ['x', 'y', 'z'] as const
const faults = ['cpu', 'disk'] as const
const maxSteps = 40
const maxRounds = 12

interface Region extends BareMonitor {
  wire: LossyWire
}
let root: BareMonitor
const regions = new Map<string, Region>()
/** Whether a region can ask the root for names now. */
let asks = true

beforeAll(async () => {
  root = await startBareMonitor('root')
  for (const id of regionIds) {
    const region = await startBareMonitor(id, {
      lineage: () => ['root'],
      checkName: async ({ agentId, nodeUid }) =>
        asks ? await root.monitor.registration.checkName(agentId, nodeUid, id) : 'unknown',
    })
    await root.monitor.registration.register(
      Registration.parse({
        agent_id: id,
        name: id,
        role: 'monitor',
        registration_token: tokenOf('tree'),
        node_uid: randomUUID(),
      }),
    )
    regions.set(id, { ...region, wire: createLossyWire(region, root) })
  }
})
afterAll(async () => {
  for (const region of regions.values()) await region.close()
  await root?.close()
})

const region = fc.constantFrom(...regionIds)
const leaf = fc.constantFrom(...leafIds)
const fate = fc.constantFrom<Fate>(...fates)
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('join' as const), leaf, region, asks: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('report' as const), leaf, faults: fc.subarray([...faults]) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('goodbye' as const), leaf }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('delete' as const), leaf, at: fc.constantFrom('root', ...regionIds) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('ack' as const, 'resolve' as const),
      leaf,
      at: fc.constantFrom('root', ...regionIds),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('flush' as const),
      region,
      fates: fc.array(fate, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('deliver' as const), region, fate }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('arrive late' as const, 'lose place' as const), region }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** A machine: where it is attached and how often it has attached, as its identity file has it. */
interface Machine {
  agentId: string
  nodeUid: string
  at: string | null
  generation: number
}

function monitorOf(id: string): BareMonitor {
  const found = id === 'root' ? root : regions.get(id)
  if (!found) throw new Error(`no monitor ${id}`)
  return found
}

/** Runs what a person or a machine does; a documented refusal is an answer like any other. */
async function attempt<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof AppError && error.status < 500) return null
    throw error
  }
}

/** The row under which the machine may speak at its monitor: it has a key there as long as it was not taken out. */
async function rowOf(machine: Machine) {
  if (machine.at === null) return null
  const row = await findNode(monitorOf(machine.at).monitor.database.db, machine.agentId)
  return row && row.deletedAt === null && row.nodeUid === machine.nodeUid ? row : null
}

async function take(machines: Map<string, Machine>, action: Step): Promise<void> {
  const machine = 'leaf' in action ? machines.get(action.leaf) : undefined
  switch (action.do) {
    case 'join': {
      if (!machine) return
      asks = action.asks
      const generation = machine.generation + (machine.at === action.region ? 0 : 1)
      const receipt = await attempt(() =>
        monitorOf(action.region).monitor.registration.register(
          Registration.parse({
            agent_id: machine.agentId,
            name: machine.agentId,
            registration_token: tokenOf('tree'),
            node_uid: machine.nodeUid,
            generation,
          }),
        ),
      )
      if (receipt) Object.assign(machine, { at: action.region, generation: Math.max(generation, receipt.generation) })
      return
    }
    case 'report': {
      const row = machine && (await rowOf(machine))
      if (machine?.at && row)
        await monitorOf(machine.at).monitor.reports.accept(row, reportOf(machine.agentId, action.faults))
      return
    }
    case 'goodbye': {
      const row = machine && (await rowOf(machine))
      if (machine?.at && row) await monitorOf(machine.at).monitor.liveness.goodbye(row.id)
      return
    }
    case 'delete':
      if (machine) await attempt(() => monitorOf(action.at).monitor.removal.remove(admin, machine.agentId))
      return
    case 'ack':
    case 'resolve': {
      const { monitor } = monitorOf(action.at)
      const filter = { agentId: machine?.agentId, visibility: { kind: 'all' as const }, limit: 10, offset: 0 }
      const open = (await listAlerts(monitor.database.db, filter)).rows.find(({ row }) => row.status !== 'resolved')
      const { acknowledge, resolve } = monitor.alertHandling
      const notes = { notes: `${action.do} at ${action.at}` }
      if (open && action.do === 'ack') await attempt(() => acknowledge(admin, open.row.id, notes))
      if (open && action.do === 'resolve') await attempt(() => resolve(admin, open.row.id, notes))
      return
    }
    case 'flush':
      await regions.get(action.region)?.wire.flush(...action.fates)
      return
    case 'deliver':
      await regions.get(action.region)?.wire.deliver(action.fate)
      return
    case 'lose place':
      await regions.get(action.region)?.wire.losePlace()
      return
    case 'arrive late':
      await regions.get(action.region)?.wire.arriveLate()
  }
}

function reportOf(agentId: string, types: readonly string[]): Report {
  return Report.parse({
    agent_id: agentId,
    timestamp: new Date().toISOString(),
    status: types.length > 0 ? 'critical' : 'healthy',
    metrics: { cpu_percent: 1, memory_percent: 2, disk_percent: 3, load_average: [0, 0, 0], uptime_seconds: 1 },
    issues: types.map((type) => ({ level: 'L3', type, description: type, severity: 'high', subject: 's' })),
    metadata: { issues_complete: true },
    report_uid: randomUUID(),
  })
}

/** What is kept of the leaves of one run, at the regions and of them at the root. */
async function compare(run: string): Promise<{ own: unknown[]; above: unknown[] }> {
  const own = []
  const above = []
  for (const { id, monitor } of regions.values()) {
    own.push(await keptIn(monitor.database, id, run))
    above.push(await keptIn(root.monitor.database, id, run))
  }
  return { own, above }
}

/** The network is well again: everything is carried until it has come to rest. */
async function settle(run: string) {
  asks = true
  for (const { wire } of regions.values()) await wire.arriveLate()
  for (let round = 0; ; round++) {
    for (const { wire } of regions.values()) {
      await wire.flush('arrives')
      await wire.deliver('arrives')
      await wire.flush('arrives')
    }
    const seen = await compare(run)
    if (round >= maxRounds || JSON.stringify(seen.own) === JSON.stringify(seen.above)) return seen
  }
}

test('whatever happens in the regions and to the messages, the root ends with the state of every region', async () => {
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: maxSteps }), async (steps) => {
      const run = `run${++runs}-`
      const machines = new Map<string, Machine>(
        leafIds.map((id) => [id, { agentId: `${run}${id}`, nodeUid: randomUUID(), at: null, generation: 0 }]),
      )
      for (const action of steps) await take(machines, action)
      const { own, above } = await settle(run)
      expect(above).toEqual(own)
    }),
    { numRuns: 60, interruptAfterTimeLimit: 30_000, markInterruptAsFailure: false, endOnFailure: false },
  )
  expect(runs).toBeGreaterThan(0)
}, 180_000)
