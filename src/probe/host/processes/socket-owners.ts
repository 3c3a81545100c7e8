import { opendirSync, readlinkSync } from 'node:fs'
import type { ListeningPort } from '../../../contract/operations/processes.ts'
import { parseListening, sortedPorts } from './listening.ts'
import { isOutOfSight, readProcFile } from './proc-file.ts'

const MAX_FDS_OF_ONE = 4096
const MAX_FDS = 200_000
const SOCKET = /^socket:\[(\d+)\]$/

/**
 * The ports that processes listen on, by pid, in the network namespace of the node. A socket that several processes hold
 * counts for each. At most 4096 open files of one process and 200,000 in all are looked at.
 */
export async function portsByPid(
  procRoot: string,
  pids: readonly number[],
  breathe: () => Promise<void>,
): Promise<Map<number, ListeningPort[]>> {
  const listening = listeningSockets(procRoot)
  const ports = new Map<number, ListeningPort[]>()
  if (listening.size === 0) return ports
  let left = MAX_FDS
  for (const pid of pids) {
    if (left <= 0) break
    await breathe()
    const found: ListeningPort[] = []
    left -= eachOpenFile(`${procRoot}/${pid}/fd`, Math.min(left, MAX_FDS_OF_ONE), (target) => {
      const inode = SOCKET.exec(target)?.[1]
      const port = inode === undefined ? undefined : listening.get(inode)
      if (port) found.push(port)
    })
    if (found.length > 0) ports.set(pid, sortedPorts(found))
  }
  return ports
}

function listeningSockets(procRoot: string): Map<string, ListeningPort> {
  const tables = [
    ['tcp', 'tcp'],
    ['tcp6', 'tcp'],
    ['udp', 'udp'],
    ['udp6', 'udp'],
  ] as const
  return new Map(
    tables.flatMap(([file, protocol]) => [...parseListening(readProcFile(`${procRoot}/net/${file}`) ?? '', protocol)]),
  )
}

/** Calls `see` with what each open file is; returns how many were looked at. */
function eachOpenFile(folder: string, max: number, see: (target: string) => void): number {
  let seen = 0
  try {
    const entries = opendirSync(folder)
    try {
      for (let entry = entries.readSync(); entry !== null && seen < max; entry = entries.readSync()) {
        seen += 1
        see(linkTarget(`${folder}/${entry.name}`))
      }
    } finally {
      entries.closeSync()
    }
  } catch (error) {
    if (!isOutOfSight(error)) throw error
  }
  return seen
}

/** Empty when the file was closed meanwhile. */
function linkTarget(path: string): string {
  try {
    return readlinkSync(path)
  } catch (error) {
    if (isOutOfSight(error)) return ''
    throw error
  }
}
