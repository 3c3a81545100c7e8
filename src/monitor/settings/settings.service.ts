import { sql } from 'drizzle-orm'
import { Settings } from '../../contract/better-monitor/settings.ts'
import type { Database } from '../../db/open.ts'
import { settings } from '../../db/schema/settings.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Bus } from '../../platform/bus.ts'
import type { Actor } from '../auth/actor.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { Units } from '../changes/units.ts'

const maxAgeMs = 5_000

/** Settings of the site: kept in the database, read at most every few seconds, changed with an entry in the audit log. */
export function createSettings(parts: {
  database: Database
  units: Units
  bus: Bus<MonitorEvents>
  clock: () => number
  retentionDays: number
  intervalS: number
}) {
  const { database, units, bus, clock, retentionDays, intervalS } = parts
  const defaults: Settings = {
    site_title: 'Cortex',
    site_description: '',
    max_servers: 10_000,
    data_retention_days: retentionDays,
    monitor_interval_s: intervalS,
    allow_registration: false,
    public_view: false,
  }
  let known: { at: number; value: Settings } | null = null
  let changes = 0
  const forget = (): void => {
    known = null
    changes += 1
  }
  bus.on('settings_changed', forget)
  bus.on('events_missed', forget)

  async function read(): Promise<Settings> {
    if (known && clock() - known.at < maxAgeMs) return known.value
    const before = changes
    const rows = await database.db.select().from(settings)
    const stored = Object.fromEntries(rows.map((row) => [row.key, row.value]))
    // A value that another version wrote and this one does not understand counts as never set.
    const kept = Object.entries(Settings.shape).flatMap(([key, schema]) => {
      const parsed = schema.safeParse(stored[key])
      return parsed.success ? [[key, parsed.data] as const] : []
    })
    const value: Settings = { ...defaults, ...Object.fromEntries(kept) }
    // What changed while they were read may not be among them.
    if (changes === before) known = { at: clock(), value }
    return value
  }

  return {
    read,

    /** Changes what is given, leaves the rest. */
    async change(actor: Actor, change: Partial<Settings>): Promise<Settings> {
      const rows = Object.entries(change).map(([key, value]) => ({ key, value }))
      await units.run(async (unit) => {
        if (rows.length > 0) {
          await unit.tx
            .insert(settings)
            .values(rows)
            .onConflictDoUpdate({ target: settings.key, set: { value: sql`excluded.value`, updatedAt: sql`now()` } })
        }
        await appendAudit(unit.tx, { actor, action: 'settings.change', target: null, details: change })
        unit.emit('settings_changed', change)
      })
      return await read()
    },
  }
}
export type SiteSettings = ReturnType<typeof createSettings>
