import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, openDatabase } from '../../src/db/open.ts'
import { settings } from '../../src/db/schema/settings.ts'
import type { MonitorEvents } from '../../src/monitor/changes/events.ts'
import { asLeader, FencedOff } from '../../src/monitor/changes/fence.ts'
import { createUnits } from '../../src/monitor/changes/units.ts'
import { createBus } from '../../src/platform/bus.ts'
import { createLogger } from '../../src/platform/logger.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { quiet } from '../support/quiet-logger.ts'
import { until } from '../support/until.ts'

let made: TestDatabase
let database: Database
let units: ReturnType<typeof createUnits>
beforeAll(async () => {
  made = await createTestDatabase()
  database = await openDatabase({ url: made.url, logger: quiet })
  units = createUnits({ database, bus: createBus<MonitorEvents>({ logger: createLogger({ level: 'silent' }) }) })
})
afterAll(async () => {
  await database?.close()
  await made?.drop()
})

const write = (key: string) => units.run(({ tx }) => tx.insert(settings).values({ key, value: key }))
const written = async () =>
  (await database.sql`select key from settings order by key collate "C"`).map(({ key }) => key as string)
const epoch = async () => (await database.sql`select epoch from leadership`)[0]?.['epoch'] as number
const nextLeader = () => database.sql`update leadership set epoch = epoch + 1`

test('a leader of before changes nothing; who is no leader, or leads now, is not held up', async () => {
  const before = await epoch()
  await asLeader(before, () => write('while it led'))
  await nextLeader()
  await expect(asLeader(before, () => write('too late'))).rejects.toBeInstanceOf(FencedOff)
  await asLeader(before + 1, () => write('next leader'))
  await write('no leader’s work')
  expect(await written()).toEqual(['next leader', 'no leader’s work', 'while it led'])
})

test('who listens to what the leader did is not held to the leader’s epoch', async () => {
  const before = await epoch()
  const followed = Promise.withResolvers<unknown>()
  const bus = createBus<MonitorEvents>({ logger: createLogger({ level: 'silent' }) })
  bus.on('rules_changed', () => {
    nextLeader()
      .then(() => write('what follows'))
      .then(followed.resolve, followed.reject)
  })
  const own = createUnits({ database, bus })
  await asLeader(before, () => own.run(async (unit) => unit.emit('rules_changed', {})))
  await followed.promise
  expect(await written()).toContain('what follows')
})

test('nobody begins to lead while the leader of before is in the middle of a unit', async () => {
  const before = await epoch()
  const open = Promise.withResolvers<void>()
  const inside = Promise.withResolvers<void>()
  const work = asLeader(before, () =>
    units.run(async ({ tx }) => {
      await tx.insert(settings).values({ key: 'in the middle', value: 1 })
      inside.resolve()
      await open.promise
    }),
  )
  await inside.promise
  let leads = false
  const taking = nextLeader().then(() => {
    leads = true
  })
  await until('the next leader waits for the lock of the row', async () => {
    const [row] = await database.sql`
      select count(*)::int as waiting from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like 'update leadership%'`
    return row?.['waiting'] === 1
  })
  expect(leads).toBe(false)
  open.resolve()
  await work
  await taking
  expect(await written()).toContain('in the middle')
})
