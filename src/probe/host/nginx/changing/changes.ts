import type { NginxOutcome } from '../../../../contract/operations/nginx.ts'
import { nginxRefuses, rollbackFailed } from '../nginx.errors.ts'
import { reasonOf } from '../reading/messages.ts'
import type { NginxControl } from '../running/control.ts'
import { findNginx } from '../running/master.ts'
import { configFolderOf, mainConfigIn, type NginxPaths, type NginxProgram, type Ran } from '../running/nginx-program.ts'
import { reloadRunning } from '../running/reload.ts'
import type { ChangeJournal, JournalEntry } from './change-journal.ts'
import type { ConfigFolder } from './config-folder.ts'
import { type Change, sameState } from './file-state.ts'
import { buildShadow } from './shadow.ts'
import type { Versions } from './versions.ts'

/** Where a change has come to; a test stops it there. */
export type ChangeStep = 'journaled' | 'swapped' | 'tested' | 'reloaded'

export interface ChangeParts {
  program: NginxProgram
  control: NginxControl
  folder: () => Promise<ConfigFolder>
  journal: ChangeJournal
  versions: Versions
  /** A folder of this node for would-be configurations. */
  scratch: string
  onStep?: ((step: ChangeStep) => void) | undefined
}

/** Changes of nginx's configuration that take hold as a whole or not at all. Whoever calls has the turn (see turns.ts). */
export interface Changes {
  /**
   * Tests the would-be state, swaps the files, tests again, reloads a running nginx and sees its workers take it. Throws
   * 422 with nginx's words when one of these fails; then all is as before. `keep`: the contents go among the versions.
   */
  apply(change: Change, options: { keep: boolean }): Promise<NginxOutcome>
  /** Undoes a change that this node died in; says what it did, null when there was none. */
  recover(): Promise<string | null>
}

export function createChanges(parts: ChangeParts): Changes {
  const { program, control, journal, versions } = parts
  const step = (name: ChangeStep): void => parts.onStep?.(name)

  async function testWouldBe(folder: ConfigFolder, paths: NginxPaths, change: Change): Promise<void> {
    const spellings = [configFolderOf(paths.configPath)]
    const shadow = await buildShadow({ folder: folder.path, spellings, within: parts.scratch, change })
    try {
      const tested = await program.test(mainConfigIn(shadow.folder, paths.configPath))
      const output = shadow.toReal(tested.output)
      if (!tested.ok) throw nginxRefuses(reasonOf(output), output)
    } finally {
      await shadow.remove()
    }
  }

  /** Puts back what stood before, except where somebody else has written since. Gives the names left alone. */
  async function putBack(folder: ConfigFolder, entries: readonly JournalEntry[]): Promise<string[]> {
    const left: string[] = []
    for (const { name, before, after } of entries.toReversed()) {
      const now = await folder.state(name)
      if (sameState(now, before)) continue
      if (sameState(now, after)) await folder.put(name, before)
      else left.push(name)
    }
    return left
  }

  async function undo(folder: ConfigFolder, entries: readonly JournalEntry[], wasRunning: boolean): Promise<string[]> {
    const left = await putBack(folder, entries)
    if (wasRunning) {
      const paths = await program.paths()
      const ran: Ran = findNginx(paths.pidFile)
        ? await reloadRunning(paths)
        : { ok: (await control.start()).success, output: '' }
      if (!ran.ok) throw rollbackFailed(reasonOf(ran.output).text, ran.output)
    }
    await journal.clear()
    return left
  }

  async function takeHold(folder: ConfigFolder, entries: readonly JournalEntry[], before: NginxPaths): Promise<string> {
    for (const { name, after } of entries) await folder.put(name, after)
    step('swapped')
    const tested = await program.test()
    if (!tested.ok) throw nginxRefuses(reasonOf(tested.output), tested.output)
    step('tested')
    if (!findNginx(before.pidFile)) return `${tested.output}nginx is not running: it takes this when it starts`
    const after = await program.paths()
    const reloaded = await reloadRunning(before, after.errorLogs)
    if (!reloaded.ok) throw nginxRefuses(reasonOf(reloaded.output), reloaded.output)
    step('reloaded')
    return `${tested.output}${reloaded.output}`
  }

  async function recover(): Promise<string | null> {
    const entries = await journal.read()
    if (!entries) return null
    const folder = await parts.folder()
    const { pidFile } = await program.paths()
    const left = await undo(folder, entries, findNginx(pidFile) !== null)
    const names = entries.map(({ name }) => name).join(', ')
    const besides = left.length > 0 ? `; changed by somebody else since, and left alone: ${left.join(', ')}` : ''
    return `an interrupted change was undone: ${names}${besides}`
  }

  return {
    recover,
    async apply(change, { keep }) {
      await recover()
      const folder = await parts.folder()
      const entries: JournalEntry[] = []
      for (const [name, after] of change) {
        const before = await folder.state(name)
        if (!sameState(before, after)) entries.push({ name, before, after })
      }
      if (entries.length === 0) return { success: true, output: 'nothing to change' }
      const paths = await program.paths()
      await testWouldBe(folder, paths, new Map(entries.map(({ name, after }) => [name, after])))
      const wasRunning = findNginx(paths.pidFile) !== null
      await journal.write(entries)
      step('journaled')
      let output: string
      try {
        output = await takeHold(folder, entries, paths)
      } catch (error) {
        await undo(folder, entries, wasRunning).catch((cause: unknown) => {
          throw rollbackFailed(cause instanceof Error ? cause.message : String(cause), error)
        })
        throw error
      }
      if (keep) {
        for (const { name, before, after } of entries) {
          if (before.kind === 'file') versions.keep(name, before.content, 'before')
          if (after.kind === 'file') versions.keep(name, after.content, 'after')
        }
      }
      await journal.clear()
      return { success: true, output: output.trim().slice(0, 8_192) }
    },
  }
}
