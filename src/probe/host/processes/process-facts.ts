import type { ProcessStatus } from '../../../contract/operations/processes.ts'
import { isSecretName, scrubText } from '../../../platform/redact.ts'

/** What `/proc/<pid>/status` tells beside the numbers of `stat`. */
export interface ProcessFacts {
  /** The process that a number belongs to: threads have numbers too. */
  threadGroup: number
  uid: number
  rssBytes: number
  /** It has memory of its own, which neither a kernel thread nor a zombie has. */
  hasMemory: boolean
}

const field = (text: string, name: string): string | undefined => new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(text)?.[1]

export function parseStatus(text: string): ProcessFacts | null {
  const threadGroup = Number(field(text, 'Tgid'))
  const uid = Number(field(text, 'Uid'))
  if (!Number.isInteger(threadGroup) || !Number.isInteger(uid)) return null
  const rss = field(text, 'VmRSS')
  return { threadGroup, uid, rssBytes: Number(rss ?? 0) * 1024, hasMemory: rss !== undefined }
}

const statuses: Record<string, ProcessStatus> = {
  R: 'running',
  S: 'sleeping',
  D: 'disk_sleep',
  T: 'stopped',
  t: 'traced',
  Z: 'zombie',
  X: 'dead',
  I: 'idle',
}

export const statusOf = (state: string): ProcessStatus => statuses[state] ?? 'unknown'

/**
 * The command line of a process as one line: arguments joined by blanks, control characters as blanks, and what looks like
 * a secret hidden, because everybody who may look sees it.
 */
export function shownCommand(cmdline: string): string {
  const shown: string[] = []
  let secretNext = false
  for (const argument of cmdline.replace(/\0+$/, '').split('\0')) {
    const [, dashes = '', name = '', value] = /^(--?)?([\w-]+)(=.*)?$/s.exec(argument) ?? []
    const isSecret = name !== '' && isSecretName(name.replaceAll('-', '_'))
    if (secretNext && dashes === '') shown.push('[redacted]')
    else shown.push(isSecret && value !== undefined ? `${dashes}${name}=[redacted]` : argument)
    secretNext = isSecret && dashes !== '' && value === undefined
  }
  return scrubText(shown.join(' ')).replace(/[\x00-\x1f\x7f]+/g, ' ')
}
