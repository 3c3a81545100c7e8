import { setTimeout as delay } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { networkFaults } from '../support/fault-proxy.ts'
import { type FaultRig, startFaultRig } from './rig.ts'

const settleMs = 60_000
let rig: FaultRig
beforeAll(async () => {
  rig = await startFaultRig({ inside: true })
}, 60_000)
afterAll(() => rig?.close())

const wire = fc.constantFrom('upper' as const, 'lower' as const)
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant('stir' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('break' as const), wire, fault: fc.constantFrom(...networkFaults) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('heal' as const), wire }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), node: fc.constantFrom('root', 'region') }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 20, max: 400 }) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function take(action: Step): Promise<void> {
  switch (action.do) {
    case 'stir':
      return rig.stir()
    case 'break':
      return await rig.breakWire(action.wire, action.fault)
    case 'heal':
      return await rig.wires[action.wire].heal()
    case 'wait':
      return await delay(action.ms)
    case 'restart': {
      const node = action.node === 'root' ? rig.root : rig.region
      await node.stop()
      await node.start()
    }
  }
}

test('whatever the order of faults, nothing that was acknowledged is lost, and nothing happens twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      for (const action of steps) await take(action)
      await rig.settle(settleMs)
    }),
    { numRuns: 5, endOnFailure: true },
  )
  const { reports, answers, results, notices } = rig.ledger.size()
  expect(Math.min(reports, answers, results, notices)).toBeGreaterThan(0)
}, 240_000)
