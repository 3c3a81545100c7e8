import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { until } from './stub-parent.ts'
import { type UplinkRig, startRig } from './uplink-rig.ts'

let rig: UplinkRig
beforeEach(async () => {
  rig = await startRig()
})
afterEach(() => rig.close())

describe('a parent in trouble', () => {
  test.each([
    ['500', (c: Parameters<UplinkRig['parent']['refuse']>[0]) => rig.parent.refuse(c, 500, 'INTERNAL_ERROR')],
    ['a login page', () => new Response('<html>please log in</html>')],
    [
      'a monitor-less node',
      (c: Parameters<UplinkRig['parent']['refuse']>[0]) => rig.parent.refuse(c, 404, 'NOT_FOUND'),
    ],
  ])('%s: everything is sent again until it is taken, once each', async (_name, misbehave) => {
    const old = rig.outage(5)
    let failures = 0
    rig.parent.behave((_path, c) => (failures++ < 4 ? misbehave(c) : undefined))
    rig.uplink.report(rig.report('live'))
    rig.uplink.start()
    await rig.drained()
    expect(rig.parent.committed).toEqual(['live', ...old])
  })

  test('an answer cut off after the commit: the repeat has the same ids, so nothing is lost and nothing doubled', async () => {
    const old = rig.outage(5)
    let cuts = 0
    rig.parent.behave((path, c) =>
      path !== '/heartbeat' && cuts++ % 2 === 0 ? rig.parent.commitThenCut(path, c) : undefined,
    )
    rig.uplink.report(rig.report('live'))
    rig.uplink.result({ decision_id: 1, status: 'failed' })
    rig.uplink.start()
    await rig.drained()
    expect(rig.parent.committed).toEqual(['live', ...old])
    expect(rig.parent.paths().filter((path) => path === '/reports/batch').length).toBeGreaterThan(1)
  })

  test('Retry-After is obeyed, also by a new live report', async () => {
    rig.parent.behave((_path, c) => rig.parent.refuse(c, 429, 'RATE_LIMITED', { 'retry-after': '30' }))
    rig.uplink.start()
    rig.uplink.report(rig.report('one'))
    await until(() => rig.uplink.state().backoff_until !== null, 'a shut gate')
    rig.parent.behaveWell()
    const before = rig.tried.length
    rig.uplink.report(rig.report('two', 'L3'))
    rig.time.now += 29_000
    rig.uplink.report(rig.report('three', 'L3'))
    await rig.decided()
    expect(rig.tried).toHaveLength(before)
    rig.time.now += 2000
    rig.uplink.report(rig.report('four'))
    await rig.drained()
    expect(new Set(rig.parent.committed)).toEqual(new Set(['one', 'two', 'three', 'four']))
  })

  test('a new live report breaks the back-off of a dead parent once, not more', async () => {
    await rig.close()
    rig = await startRig({ backoff: 'clock' })
    rig.parent.behave((_path, c) => rig.parent.refuse(c, 503, 'SERVICE_UNAVAILABLE'))
    rig.uplink.report(rig.report('r0'))
    rig.uplink.start()
    await until(() => rig.sent().length === 1, 'the first try')
    await until(() => rig.uplink.state().backoff_until !== null, 'a shut gate')
    rig.uplink.report(rig.report('r1'))
    await until(() => rig.sent().length === 2, 'the early try')
    await until(() => rig.lines.some((line) => line.includes('still does not take')), 'its failure')
    for (let i = 2; i < 20; i++) rig.uplink.report(rig.report(`r${i}`))
    await rig.decided()
    expect(rig.tried).toHaveLength(2)
    rig.parent.behaveWell()
    rig.time.now += 60_000
    rig.uplink.report(rig.report('r20'))
    await rig.drained()
    expect(rig.parent.committed[0]).toBe('r20')
    expect(rig.parent.committed).toHaveLength(21)
  })

  test('a refused key: nothing is dropped, the node stops hammering and says so', async () => {
    rig.parent.behave((_path, c) => rig.parent.refuse(c, 401, 'UNAUTHORIZED'))
    rig.uplink.report(rig.report('kept'))
    rig.uplink.start()
    await until(() => rig.uplink.state().unauthorised, 'the state')
    const before = rig.tried.length
    rig.uplink.report(rig.report('also-kept', 'L3'))
    await rig.decided()
    expect(rig.tried).toHaveLength(before)
    expect(rig.uplink.state()).toMatchObject({ unauthorised: true, dropped: 0, spool: { depth: 2 } })
    expect(rig.lines.filter((line) => line.includes('refuses the key'))).toHaveLength(1)
    expect(rig.lines.join('')).not.toContain('key-1')
  })
})

describe('bad items', () => {
  test('one bad report of a batch is dropped loudly, the others are taken', async () => {
    const old = rig.outage(20)
    rig.parent.rejectedUids.add('old-7')
    rig.uplink.start()
    await rig.drained()
    expect(rig.parent.committed).toEqual(old.filter((uid) => uid !== 'old-7'))
    expect(rig.uplink.state().dropped).toBe(1)
    expect(rig.lines.join('')).toMatch(/"level":"error".*refuses reports of the backlog.*/)
  })

  test('a report that spoils a whole batch is found by halving, and only it is lost', async () => {
    const old = rig.outage(50)
    rig.parent.behave((path, c) => {
      const isSpoiled = JSON.stringify(rig.parent.received.at(-1)?.body).includes('"old-13"')
      return path === '/reports/batch' && isSpoiled ? rig.parent.refuse(c, 400, 'INVALID_REQUEST') : undefined
    })
    rig.uplink.start()
    await rig.drained()
    expect([...rig.parent.committed].sort()).toEqual(old.filter((uid) => uid !== 'old-13').sort())
    expect(rig.uplink.state().dropped).toBe(1)
  })

  test('a proxy that allows only small bodies gets small batches', async () => {
    const old = rig.outage(300)
    rig.parent.behave((path, c) => {
      const tooLarge =
        Number(c.req.header('content-length') ?? JSON.stringify(rig.parent.received.at(-1)?.body).length) > 10_000
      return path === '/reports/batch' && tooLarge ? new Response('<html>413</html>', { status: 413 }) : undefined
    })
    rig.uplink.start()
    await rig.drained()
    expect([...rig.parent.committed].sort()).toEqual([...old].sort())
    expect(rig.uplink.state().dropped).toBe(0)
  })

  test('a live report that the parent calls bad is dropped, and the next one goes', async () => {
    rig.parent.behave((path, c) =>
      path === '/reports' && rig.parent.received.length < 2 ? rig.parent.refuse(c, 400, 'INVALID_REQUEST') : undefined,
    )
    rig.uplink.report(rig.report('bad'))
    rig.uplink.start()
    await until(() => rig.spool.stats().depth === 0, 'the bad one dropped')
    rig.uplink.report(rig.report('good'))
    await rig.drained()
    await until(() => rig.parent.committed.includes('good'), 'the good one')
  })

  test('a result of a decision that the parent does not know is dropped, the next ones go', async () => {
    rig.parent.behave((path, c) =>
      path === '/decisions/1/result' ? rig.parent.refuse(c, 404, 'NOT_FOUND') : undefined,
    )
    rig.uplink.result({ decision_id: 1, status: 'success' })
    rig.uplink.result({ decision_id: 2, status: 'success' })
    rig.uplink.start()
    await rig.drained()
    expect(rig.parent.paths()).toContain('/decisions/2/result')
    expect(rig.uplink.state().dropped).toBe(1)
  })
})
