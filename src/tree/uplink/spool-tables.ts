import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import type { ThinCandidate } from './thinning.ts'

export interface SpoolItem {
  id: number
  kind: 'report' | 'result'
  /** When it was written, by this node's clock, in ms. */
  at: number
  /** JSON text. */
  body: string
}

export interface NewSpoolItem {
  kind: 'report' | 'result'
  body: string
  at: number
  /** Carries issues, actions or a result: never given up. */
  keep: boolean
}

const VACUUM_PAGES = 1024

/** The SQL of an open spool. The totals are counted along, so asking for them is free. */
export function spoolTables(db: DatabaseSync) {
  const columns = 'id, kind, at, body'
  const notIn = 'id not in (select value from json_each(?))'
  const insert = db.prepare('insert into items (kind, keep, at, bytes, body) values (?, ?, ?, ?, ?)')
  const newestReport = db.prepare(
    `select ${columns} from items where kind = 'report' and ${notIn} order by id desc limit 1`,
  )
  const reports = db.prepare(`select ${columns} from items where kind = 'report' and ${notIn} order by id limit ?`)
  const oldestResult = db.prepare(`select ${columns} from items where kind = 'result' and ${notIn} order by id limit 1`)
  const oldest = db.prepare('select at from items order by id limit 1')
  const metricsOnly = db.prepare('select id, bytes, thinned from items where keep = 0 order by id')
  const mark = db.prepare('update items set thinned = 1 where id in (select value from json_each(?))')
  const remove = db.prepare('delete from items where id in (select value from json_each(?)) returning bytes')
  const removeOlder = db.prepare('delete from items where keep = 0 and at < ? returning bytes')
  const freePages = db.prepare('pragma freelist_count')
  const count = db.prepare('select count(*) as depth, coalesce(sum(bytes), 0) as bytes from items').get()
  const totals = { depth: Number(count?.['depth']), bytes: Number(count?.['bytes']) }

  function forget(rows: Record<string, SQLOutputValue>[]): number {
    for (const row of rows) totals.bytes -= Number(row['bytes'])
    totals.depth -= rows.length
    if (Number(freePages.get()?.['freelist_count']) > VACUUM_PAGES)
      db.exec(`pragma incremental_vacuum(${VACUUM_PAGES})`)
    return rows.length
  }

  return {
    db,
    totals: () => ({ ...totals }),
    insert(item: NewSpoolItem, bytes: number): void {
      insert.run(item.kind, item.keep ? 1 : 0, item.at, bytes, item.body)
      totals.depth += 1
      totals.bytes += bytes
    },
    newestReport: (except: readonly number[]) => toItem(newestReport.get(JSON.stringify(except))),
    oldestResult: (except: readonly number[]) => toItem(oldestResult.get(JSON.stringify(except))),
    oldestAt(): number | null {
      const row = oldest.get()
      return row ? Number(row['at']) : null
    },
    /** Oldest first, read row by row, so that the caller may stop early. */
    *reports(except: readonly number[], maxItems: number): Generator<SpoolItem> {
      for (const row of reports.iterate(JSON.stringify(except), maxItems)) yield item(row)
    },
    metricsOnly: (): ThinCandidate[] =>
      metricsOnly
        .all()
        .map((row) => ({ id: Number(row['id']), bytes: Number(row['bytes']), thinned: row['thinned'] === 1 })),
    remove: (ids: readonly number[]): number => forget(remove.all(JSON.stringify(ids))),
    removeOlder: (beforeMs: number): number => forget(removeOlder.all(beforeMs)),
    applyThinning(gone: readonly number[], survivors: readonly number[]): void {
      mark.run(JSON.stringify(survivors))
      forget(remove.all(JSON.stringify(gone)))
    },
  }
}

function toItem(row: Record<string, SQLOutputValue> | undefined): SpoolItem | null {
  return row ? item(row) : null
}

function item(row: Record<string, SQLOutputValue>): SpoolItem {
  return {
    id: Number(row['id']),
    kind: row['kind'] === 'result' ? 'result' : 'report',
    at: Number(row['at']),
    body: String(row['body']),
  }
}
