import { describe, expect, test } from 'vitest'
import { closingBudgetMs, createLifecycle } from './lifecycle.ts'
import { createLogger } from './logger.ts'

function setUp(stopTimeoutMs = 2_000) {
  const lines: string[] = []
  const logger = createLogger({ level: 'info', write: (line) => lines.push(line) })
  return { lifecycle: createLifecycle({ logger, stopTimeoutMs }), log: () => lines.join('') }
}
const never = () => new Promise<never>(() => undefined)

describe('createLifecycle', () => {
  test('closes in the reverse order of opening, each after the one before has finished', async () => {
    const { lifecycle } = setUp()
    const order: string[] = []
    for (const name of ['database', 'server', 'jobs']) {
      lifecycle.onStop(name, async () => {
        order.push(`${name} begins`)
        await Promise.resolve()
        order.push(`${name} ends`)
      })
    }
    await lifecycle.stop('test')
    expect(order).toEqual([
      'jobs begins',
      'jobs ends',
      'server begins',
      'server ends',
      'database begins',
      'database ends',
    ])
  })

  test('a closing that fails, by throw or rejection, is logged and named, and the others still run', async () => {
    const { lifecycle, log } = setUp()
    let databaseClosed = false
    lifecycle.onStop('database', () => (databaseClosed = true))
    lifecycle.onStop('server', () => Promise.reject(new Error('socket is stuck')))
    lifecycle.onStop('jobs', () => {
      throw new Error('job table is gone')
    })
    expect((await lifecycle.stop('test')).failed).toEqual(['jobs', 'server'])
    expect(databaseClosed).toBe(true)
    expect(log()).toMatch(/job table is gone[^]*socket is stuck/)
  })

  test('closings that hang are given up within the whole bound, and the last one still has its turn', async () => {
    const { lifecycle } = setUp(400)
    let databaseClosed = false
    lifecycle.onStop('database', () => (databaseClosed = true))
    lifecycle.onStop('b', never)
    lifecycle.onStop('a', never)
    const outcome = await lifecycle.stop('test')
    expect(outcome.failed).toEqual(['a', 'b'])
    expect(databaseClosed).toBe(true)
  })

  test('stopping twice closes once and gives both callers the same outcome', async () => {
    const { lifecycle } = setUp()
    let closed = 0
    lifecycle.onStop('x', () => closed++)
    const [first, second] = await Promise.all([lifecycle.stop('SIGTERM'), lifecycle.stop('SIGINT')])
    expect(second).toBe(first)
    expect(closed).toBe(1)
  })

  test('what is opened while the stop is under way, or after it, is closed too', async () => {
    const { lifecycle } = setUp()
    const closed: string[] = []
    lifecycle.onStop('first', () => lifecycle.onStop('opened late', () => closed.push('opened late')))
    await lifecycle.stop('test')
    lifecycle.onStop('opened after', () => closed.push('opened after'))
    expect(closed).toEqual(['opened late', 'opened after'])
  })

  test('the stopping signal is aborted before the first closing runs', async () => {
    const { lifecycle } = setUp()
    let abortedFirst = false
    lifecycle.onStop('x', () => (abortedFirst = lifecycle.stopping.aborted))
    await lifecycle.stop('test')
    expect(abortedFirst).toBe(true)
  })
})

test.each([
  { remainingMs: 5_000, closingsAfter: 0, expected: 5_000 },
  { remainingMs: 5_000, closingsAfter: 10, expected: 4_000 },
  { remainingMs: 200, closingsAfter: 1, expected: 100 },
  { remainingMs: -50, closingsAfter: 3, expected: 1 },
])(
  'with $remainingMs ms left and $closingsAfter closings after it, one may take $expected ms',
  ({ expected, ...left }) => {
    expect(closingBudgetMs(left)).toBe(expected)
  },
)
