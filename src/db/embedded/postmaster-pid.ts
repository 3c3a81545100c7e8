/** What PostgreSQL writes into `postmaster.pid`, as far as we use it. */
export interface PostmasterPid {
  pid: number
  /** True once the server takes connections. */
  ready: boolean
}

/** Reads the text of a `postmaster.pid`; `undefined` when it is empty or half written. */
export function parsePostmasterPid(text: string): PostmasterPid | undefined {
  const lines = text.split('\n').map((line) => line.trim())
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return { pid, ready: lines[7] === 'ready' }
}
