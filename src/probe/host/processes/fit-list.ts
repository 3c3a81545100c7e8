import type { HostProcess } from '../../../contract/operations/processes.ts'

/** How long a command line may be: the first of these with which the list fits. */
const COMMAND_CHARS = [2048, 512, 128, 32]

/** A list that takes at most `maxBytes` as JSON: first the command lines become shorter, then the last processes go. */
export function fitList(
  processes: readonly HostProcess[],
  maxBytes: number,
): { processes: HostProcess[]; truncated: boolean } {
  for (const chars of COMMAND_CHARS) {
    const cut = processes.map((process) => ({ ...process, cmd: shortened(process.cmd, chars) }))
    const fitting = countFitting(cut, maxBytes)
    if (fitting === cut.length) return { processes: cut, truncated: false }
    if (chars === COMMAND_CHARS.at(-1)) return { processes: cut.slice(0, fitting), truncated: true }
  }
  return { processes: [], truncated: processes.length > 0 }
}

function countFitting(processes: readonly HostProcess[], maxBytes: number): number {
  let bytes = 2
  for (const [at, process] of processes.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(process)) + 1
    if (bytes > maxBytes) return at
  }
  return processes.length
}

const shortened = (text: string, chars: number): string => (text.length > chars ? `${text.slice(0, chars)}…` : text)
