import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Spool } from '../../src/tree/uplink/spool.ts'
import { SpoolError } from '../../src/tree/uplink/spool-error.ts'
import { until } from './stub-parent.ts'
import { type UplinkRig, startRig } from './uplink-rig.ts'

let rig: UplinkRig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

async function restart(wrapSpool: (spool: Spool) => Spool): Promise<void> {
  await rig.close()
  rig = await startRig({ wrapSpool })
}

describe('a spool in trouble', () => {
  test('a report that cannot be spooled is sent from memory, and the probe goes on', async () => {
    await restart((spool) => ({
      ...spool,
      append() {
        throw new SpoolError('disk', 'the disk is full')
      },
    }))
    rig.uplink.start()
    expect(rig.uplink.report(rig.report('one', 'L3'))).toBe('memory')
    await until(() => rig.parent.committed.includes('one'), 'the report')
    expect(() => rig.uplink.result({ decision_id: 1, status: 'success' })).toThrow(SpoolError)
  })

  test('reports with issues or actions and results are marked to be kept, metrics-only ones are not', async () => {
    const kept: boolean[] = []
    await restart((spool) => ({
      ...spool,
      append(item) {
        kept.push(item.keep)
        return spool.append(item)
      },
    }))
    const action = { level: 'L1', action: 'cleaned', result: 'success', details: '' } as const
    rig.uplink.report(rig.report('metrics-only'))
    rig.uplink.report(rig.report('issue', 'L3'))
    rig.uplink.report({ ...rig.report('action'), actions_taken: [action] })
    rig.uplink.result({ decision_id: 1, status: 'success' })
    expect(kept).toEqual([false, true, true, true])
  })

  test('a metrics-only report that the full spool refuses is sent from memory', async () => {
    await restart((spool) => ({ ...spool, append: () => 'refused' }))
    rig.uplink.start()
    expect(rig.uplink.report(rig.report('one'))).toBe('memory')
    await until(() => rig.parent.committed.includes('one'), 'the report')
  })

  test('what the parent has taken is not sent in circles while the spool cannot delete', async () => {
    let stuck = true
    await restart((spool) => ({
      ...spool,
      remove(ids) {
        if (stuck) throw new SpoolError('disk', 'the disk is full')
        spool.remove(ids)
      },
    }))
    rig.uplink.report(rig.report('one'))
    rig.uplink.start()
    await until(() => rig.lines.some((line) => line.includes('could not go on')), 'the failed deletion')
    expect(rig.sent()).toHaveLength(1)
    stuck = false
    rig.uplink.report(rig.report('two'))
    await until(() => rig.parent.committed.includes('two'), 'the next report')
    await rig.drained()
    expect(rig.parent.committed).toEqual(['one', 'two'])
    expect(rig.sent()).toHaveLength(2)
  })
})
