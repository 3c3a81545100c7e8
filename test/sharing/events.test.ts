import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { alertNumber, type Process, type Processes, startProcesses } from './processes.ts'

let processes: Processes
let three: [Process, Process, Process]
let next = 1
beforeAll(async () => {
  processes = await startProcesses()
  three = [await processes.start(), await processes.start(), await processes.start()]
})
afterAll(() => processes?.close())

/** Tells so many alerts in one unit; answers their numbers. */
async function tell(from: Process, count = 1, work: () => Promise<unknown> = async () => undefined): Promise<number[]> {
  const numbers = Array.from({ length: count }, () => next++)
  await from.units.run(async (unit) => {
    for (const number of numbers) unit.emit('new_alert', alertNumber(number))
    await work()
  })
  return numbers
}

/** Everybody has heard the newest that was told. */
const allHeard = (numbers: readonly number[], who: readonly Process[] = three) =>
  until('everybody has heard it', async () =>
    who.every(({ heard }) => numbers.every((number) => heard.includes(number))),
  )

test('what a unit tells in one process is heard once in every process, and told there no further', async () => {
  const numbers = await tell(three[0], 3)
  await allHeard(numbers)
  await allHeard(await tell(three[1]))
  for (const { heard } of three) expect(heard.filter((number) => numbers.includes(Number(number)))).toEqual(numbers)
})

test('what was rolled back is heard nowhere', async () => {
  const failed = tell(three[0], 1, () => Promise.reject(new Error('no')))
  await expect(failed).rejects.toThrow('no')
  await allHeard(await tell(three[0]))
  for (const { heard } of three) expect(heard).not.toContain(next - 2)
})

test('a transaction that began earlier and commits later is not skipped, and waits for nobody', async () => {
  const open = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  const older = three[0].units.run(async (unit) => {
    // With a number of its own from here on, lower than those of the transactions that follow.
    await unit.tx.execute('select pg_current_xact_id()')
    begun.resolve()
    await open.promise
    unit.emit('new_alert', alertNumber(1_000_000))
  })
  await begun.promise
  const younger = await tell(three[1])
  await allHeard(younger)
  open.resolve()
  await older
  await allHeard([1_000_000])
  for (const { heard } of three) expect(heard.indexOf(1_000_000)).toBeGreaterThan(heard.indexOf(younger[0] ?? 0))
})

test('events written while nobody can listen are heard all the same', async () => {
  await until('everybody listens', async () => (await processes.cutListeners()) >= three.length)
  await allHeard(await tell(three[2], 5))
})

test('property: whoever tells, aborts, dawdles or is cut off, everybody hears the same events in the same order, each once', async () => {
  const step = fc.record({
    who: fc.nat({ max: 2 }),
    count: fc.integer({ min: 1, max: 4 }),
    beforeMs: fc.nat({ max: 8 }),
    insideMs: fc.nat({ max: 8 }),
    aborts: fc.boolean(),
    cuts: fc.nat({ max: 9 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const from = three.map(({ heard }) => heard.length)
      const told = await Promise.all(
        steps.map(async ({ who, count, beforeMs, insideMs, aborts, cuts }) => {
          await sleep(beforeMs)
          if (cuts === 0) await processes.cutListeners()
          const work = () => sleep(insideMs).then(() => (aborts ? Promise.reject(new Error('aborted')) : undefined))
          return await tell(three[who] as Process, count, work).catch(() => [])
        }),
      )
      await allHeard(told.flat())
      const stored = await processes.sql<Array<{ number: number }>>`
        select (payload->>'alert_id')::int as number from replica_events order by seq desc limit ${told.flat().length}`
      const order = stored.map(({ number }) => number).toReversed()
      expect(order.toSorted((a, b) => a - b)).toEqual(told.flat().toSorted((a, b) => a - b))
      for (const [at, { id, heard }] of three.entries()) {
        const own = await processes.sql<Array<{ number: number }>>`
          select (payload->>'alert_id')::int as number from replica_events where origin = ${id}`
        const isOwn = new Set(own.map(({ number }) => number))
        const others = (numbers: readonly unknown[]) => numbers.filter((number) => !isOwn.has(Number(number)))
        expect(others(heard.slice(from[at]))).toEqual(others(order))
        expect(new Set(heard.slice(from[at]))).toEqual(new Set(order))
        expect(heard.slice(from[at])).toHaveLength(order.length)
      }
    }),
    { numRuns: 15, endOnFailure: true },
  )
}, 60_000)

test('when what it needs is forgotten already, a process says so and goes on from there', async () => {
  const late = await processes.start()
  const { sql } = processes
  await sql.begin(async (tx) => {
    await tx`update replica_event_clock set seq = seq + 2`
    await tx`insert into replica_events (seq, origin, type, payload)
      select seq, gen_random_uuid(), 'new_alert', '{"alert_id": 2000000}' from replica_event_clock`
  })
  await until('it is said', async () => late.heard.includes('missed'))
  await allHeard(await tell(three[0]), [late])
  expect(late.heard).not.toContain(2_000_000)
})

test('what a newer version tells and this one does not know is passed over', async () => {
  const { sql } = processes
  await sql.begin(async (tx) => {
    await tx`update replica_event_clock set seq = seq + 1`
    await tx`insert into replica_events (seq, origin, type, payload)
      select seq, gen_random_uuid(), 'tomorrow', '{}' from replica_event_clock`
  })
  const before = three[0].heard.filter((one) => one === 'missed').length
  await allHeard(await tell(three[1]))
  expect(three[0].heard.filter((one) => one === 'missed')).toHaveLength(before)
})
