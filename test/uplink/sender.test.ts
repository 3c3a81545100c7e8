import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from './stub-parent.ts'
import { type UplinkRig, startRig } from './uplink-rig.ts'

let rig: UplinkRig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

describe('order', () => {
  test('the live report goes first and alone, the backlog behind it oldest first, and nothing is lost', async () => {
    const old = rig.outage(2500)
    rig.uplink.report(rig.report('live'))
    rig.uplink.start()
    await rig.drained()
    expect(rig.sent().map(({ path }) => path)).toEqual([
      '/reports',
      '/reports/batch',
      '/reports/batch',
      '/reports/batch',
    ])
    expect(rig.parent.committed).toEqual(['live', ...old])
    expect(rig.sent().every(({ prefer, key }) => prefer === 'wait=0' && key === 'key-1')).toBe(true)
  })

  test('a batch that hangs does not hold up the next live report', async () => {
    rig.outage(3)
    let release = () => {}
    const hang = new Promise<void>((resolve) => {
      release = resolve
    })
    rig.parent.behave(async (path) => {
      if (path === '/reports/batch') await hang
      return undefined
    })
    rig.uplink.start()
    await until(() => rig.parent.paths().includes('/reports/batch'), 'a batch under way')
    rig.uplink.report(rig.report('live', 'L3'))
    await until(() => rig.parent.committed.includes('live'), 'the live report')
    expect(rig.parent.committed).toEqual(['live'])
    release()
    await rig.drained()
    expect(rig.parent.committed).toHaveLength(4)
  })

  test('results go in the order in which they were handed over', async () => {
    for (const id of [7, 3, 5]) rig.uplink.result({ decision_id: id, status: 'success', request_id: `request-${id}` })
    rig.uplink.start()
    await rig.drained()
    expect(rig.sent().map(({ path }) => path)).toEqual([
      '/decisions/7/result',
      '/decisions/3/result',
      '/decisions/5/result',
    ])
    expect(rig.sent()[0]?.body).toEqual({ status: 'success', request_id: 'request-7' })
  })

  test('a report without an id is given one, so that a repeat can be known', async () => {
    rig.uplink.start()
    rig.uplink.report({ ...rig.report('x'), report_uid: undefined })
    await rig.drained()
    expect(rig.parent.committed).toEqual(['made-1'])
  })
})

describe('stopping', () => {
  test('a request that hangs is given up, what it carried stays in the spool', async () => {
    rig.parent.behave(() => new Promise(() => {}))
    rig.uplink.report(rig.report('kept'))
    rig.uplink.start()
    await until(() => rig.parent.paths().includes('/reports'), 'a request under way')
    await rig.uplink.stop({ goodbye: true })
    expect(rig.spool.stats().depth).toBe(1)
  })

  test('a clean stop says goodbye once', async () => {
    await rig.close()
    rig = await startRig({ heartbeats: true })
    rig.uplink.start()
    await until(() => rig.parent.paths().includes('/heartbeat'), 'a heartbeat')
    await rig.uplink.stop({ goodbye: true })
    await rig.uplink.stop({ goodbye: true })
    const goodbyes = rig.parent.received.filter(({ body }) => (body as { goodbye?: boolean }).goodbye)
    expect(goodbyes).toHaveLength(1)
  })
})
