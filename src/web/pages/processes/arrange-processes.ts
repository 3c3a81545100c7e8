import type { HostProcess } from '../../../contract/operations/processes.ts'
import { matches } from '../../shell/matches.ts'

export interface ProcessRow {
  process: HostProcess
  /** How far down the tree; 0 in a flat list. */
  depth: number
}

const sortable = ['pid', 'name', 'user', 'cpu', 'memory', 'started'] as const
type SortKey = (typeof sortable)[number]

/** What is searched: the pid, name, user, command line, and ports as `:80`. */
const textOf = ({ pid, name, username, cmd, ports }: HostProcess) =>
  `${pid} ${name} ${username} ${cmd} ${ports.map(({ port }) => `:${port}`).join(' ')}`

/**
 * The processes that fit the filter, sorted as the address says (`-cpu`). As a tree, children stand below their parent,
 * siblings sorted alike, and the ancestors of what fits are kept, so that one sees where it belongs.
 */
export function arrangeProcesses(
  processes: readonly HostProcess[],
  choice: { q: string; sort: string; tree: boolean },
): ProcessRow[] {
  const { q, sort, tree } = choice
  const compare = comparing(sort)
  const fitting = q === '' ? [...processes] : processes.filter((process) => matches(q, textOf(process)))
  if (!tree) return fitting.sort(compare).map((process) => ({ process, depth: 0 }))

  const byPid = new Map(processes.map((process) => [process.pid, process]))
  const kept = new Map<number, HostProcess>()
  for (const process of fitting) {
    for (let at: HostProcess | undefined = process; at && !kept.has(at.pid); at = byPid.get(at.ppid))
      kept.set(at.pid, at)
  }
  const childrenOf = new Map<number | null, HostProcess[]>()
  for (const process of kept.values()) {
    const parent = kept.has(process.ppid) && process.ppid !== process.pid ? process.ppid : null
    childrenOf.set(parent, [...(childrenOf.get(parent) ?? []), process])
  }
  const rows: ProcessRow[] = []
  const waiting = (parent: number | null, depth: number): ProcessRow[] =>
    (childrenOf.get(parent) ?? [])
      .sort(compare)
      .toReversed()
      .map((process) => ({ process, depth }))
  const stack = waiting(null, 0)
  for (let row = stack.pop(); row; row = stack.pop()) {
    rows.push(row)
    stack.push(...waiting(row.process.pid, row.depth + 1))
  }
  return rows
}

/** The kernel's time of boot follows the clock, so the start of a process may move by a second between two lists. */
const startSlackMs = 1_000

/** Whether two lists speak of the same process, not of another that got its number. */
export const isSameProcess = (one: HostProcess, other: HostProcess): boolean =>
  one.pid === other.pid && Math.abs(Date.parse(one.create_time) - Date.parse(other.create_time)) <= startSlackMs

function comparing(sort: string): (a: HostProcess, b: HostProcess) => number {
  const key = sortable.find((name) => name === sort.replace('-', '')) ?? 'cpu'
  const sign = sort.startsWith('-') ? -1 : 1
  const byText = new Intl.Collator(undefined, { numeric: true }).compare
  const value = valueOf(key)
  return (a, b) => {
    const [left, right] = [value(a), value(b)]
    const order = typeof left === 'string' ? byText(left, String(right)) : left - Number(right)
    return sign * order || a.pid - b.pid
  }
}

function valueOf(key: SortKey): (process: HostProcess) => string | number {
  switch (key) {
    case 'pid':
      return ({ pid }) => pid
    case 'name':
      return ({ name }) => name
    case 'user':
      return ({ username }) => username
    case 'cpu':
      return (process) => process.cpu_percent
    case 'memory':
      return (process) => process.memory_rss
    case 'started':
      return (process) => Date.parse(process.create_time)
  }
}
