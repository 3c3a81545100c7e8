import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { keepPrivate } from '../../../platform/private-file.ts'
import type { ComposePlace } from './compose-project.ts'

/** Compose projects that were seen once: one that is down has no container that could tell of it. */
export interface ComposeMemory {
  all(): ComposePlace[]
  /** Writes only what is new or has moved. */
  remember(places: readonly ComposePlace[]): void
  forget(name: string): void
  close(): void
}

const Row = z.object({ place: z.string() })
const Place = z.object({
  name: z.string(),
  config_files: z.array(z.string()),
  working_dir: z.string(),
  env_files: z.array(z.string()),
})
const MAX_PROJECTS = 1000

export function openComposeMemory(file: string): ComposeMemory {
  keepPrivate(file)
  const db = new DatabaseSync(file)
  db.exec(`pragma journal_mode = wal; pragma synchronous = full; pragma busy_timeout = 2000;
    create table if not exists projects (name text primary key, place text not null) strict`)
  const select = db.prepare('select place from projects order by name limit ?')
  const put = db.prepare(`insert into projects (name, place) values (?, ?)
    on conflict (name) do update set place = excluded.place where place <> excluded.place`)
  const remove = db.prepare('delete from projects where name = ?')
  return {
    all: () => select.all(MAX_PROJECTS).map((row) => Place.parse(JSON.parse(Row.parse(row).place))),
    remember(places) {
      // A project whose files nobody knows cannot be brought up again.
      for (const place of places) if (place.config_files.length > 0) put.run(place.name, JSON.stringify(place))
    },
    forget: (name) => void remove.run(name),
    close: () => db.close(),
  }
}
