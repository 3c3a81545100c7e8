import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { readIfThere, writeDurably } from './durable-file.ts'

/** A new build that has been installed and has not shown yet that it works. */
const Trial = z.object({
  version: z.string(),
  job_id: z.string(),
  /** How long it may take to be up. */
  within_ms: z.number(),
  /** It has been started: who finds it so and not confirmed knows that it failed or was cut short. */
  begun: z.boolean(),
  /** It has changed the database so that no older build can use it. */
  no_way_back: z.boolean(),
})

/** How the last upgrade ended. */
const Outcome = z.object({
  version: z.string(),
  from: z.string(),
  job_id: z.string(),
  result: z.enum(['upgraded', 'rolled_back', 'broken']),
  reason: z.string(),
})
export type UpgradeOutcome = z.infer<typeof Outcome>

/**
 * Which build runs, in `releases/state.json` of the data folder. This file is the pointer: it is replaced at once or not
 * at all. Builds of different versions read it, so fields are only ever added.
 */
const ReleaseState = z.object({
  format: z.literal(1),
  /** Version of the installation that started this: another one means that somebody installed anew, and it counts. */
  base_version: z.string(),
  /** A build in `releases/<version>`; null: the installation itself. */
  current: z.string().nullable(),
  trial: Trial.nullable(),
  last: Outcome.nullable(),
})
export type ReleaseState = z.infer<typeof ReleaseState>

export interface Releases {
  /** The folder of everything here. */
  folder: string
  /** The folder of one build. */
  buildOf(version: string): string
  /** What runs that build. */
  entryOf(version: string): string
  has(version: string): boolean
  /** Null before the first upgrade. Throws when the file is damaged. */
  read(): ReleaseState | null
  write(state: ReleaseState): void
}

/** The builds in a data folder. */
export function openReleases(dataDir: string): Releases {
  const folder = join(dataDir, 'releases')
  const file = join(folder, 'state.json')
  const entryOf = (version: string) => join(folder, version, 'dist', 'main.js')
  return {
    folder,
    buildOf: (version) => join(folder, version),
    entryOf,
    has: (version) => existsSync(entryOf(version)),
    read() {
      const text = readIfThere(file)
      return text === null ? null : ReleaseState.parse(JSON.parse(text))
    },
    write(state) {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeDurably(file, `${JSON.stringify(state, null, 2)}\n`)
    },
  }
}
