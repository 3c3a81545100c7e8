import { mkdirSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { NginxOutcome } from '../../../contract/operations/nginx.ts'
import { createChangeJournal } from './changing/change-journal.ts'
import { type ChangeStep, createChanges } from './changing/changes.ts'
import type { Change } from './changing/file-state.ts'
import { createTurns } from './changing/turns.ts'
import { openVersions, type Versions } from './changing/versions.ts'
import { createNginxFiles, type NginxFiles } from './nginx-files.ts'
import { createControl, type NginxControl } from './running/control.ts'
import { createNginxProgram, type NginxChoice, type NginxProgram } from './running/nginx-program.ts'
import { findUnit } from './running/systemd.ts'

export interface NginxOptions extends NginxChoice {
  /** The systemd unit that owns nginx, when systemd runs; null: nginx is begun directly. */
  unit: string | null
  /** A folder of this node: the journal, the versions, would-be configurations. */
  stateDir: string
  clock: () => number
  onStep?: ((step: ChangeStep) => void) | undefined
}

/** What every operation on nginx stands on: the program, its files, and changes one at a time. */
export interface NginxCore {
  program: NginxProgram
  files: NginxFiles
  versions: Versions
  /** Runs `work` with nginx to itself. */
  controlled(work: (control: NginxControl) => Promise<NginxOutcome>, signal?: AbortSignal): Promise<NginxOutcome>
  /** `plan` sees the files as they are when the change has its turn; what it throws ends it before anything is touched. */
  change(plan: () => Promise<Change>, options: { keep: boolean; signal?: AbortSignal }): Promise<NginxOutcome>
  /** Once at start: undoes a change that this node died in. Says what it did; null when there was nothing to do. */
  recover(): Promise<string | null>
  close(): void
}

const MAX_WAITING_CHANGES = 16
const MAX_VERSIONS_PER_FILE = 20

export function openNginxCore(options: NginxOptions): NginxCore {
  const { stateDir, clock } = options
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const program = createNginxProgram(options)
  const files = createNginxFiles(program)
  const versions = openVersions({ file: join(stateDir, 'versions.db'), clock, maxPerFile: MAX_VERSIONS_PER_FILE })
  const control = createControl({ program, unit: () => findUnit(options.unit) })
  const turns = createTurns({ maxWaiting: MAX_WAITING_CHANGES })
  const changes = createChanges({
    program,
    control,
    folder: files.folder,
    journal: createChangeJournal(join(stateDir, 'change.json')),
    versions,
    scratch: stateDir,
    onStep: options.onStep,
  })

  return {
    program,
    files,
    versions,
    controlled: (work, signal) => turns.take(() => work(control), signal),
    change: (plan, { keep, signal }) => turns.take(async () => changes.apply(await plan(), { keep }), signal),
    recover: () =>
      turns.take(async () => {
        for (const name of await readdir(stateDir)) {
          if (name.startsWith('would-be-')) await rm(join(stateDir, name), { recursive: true, force: true })
        }
        return changes.recover()
      }),
    close: () => versions.close(),
  }
}
