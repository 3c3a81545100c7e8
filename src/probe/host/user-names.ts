import { readFile } from 'node:fs/promises'

/** The name of a user, or its number when the host has none for it. */
export type UserNames = (uid: number) => string

/** The names of a passwd file; lines that are no accounts are left out, and the first name of a number counts. */
export function parseUserNames(passwd: string): Map<number, string> {
  const names = new Map<number, string>()
  for (const line of passwd.split('\n')) {
    const [name, , uid] = line.split(':')
    if (name && uid !== undefined && /^\d+$/.test(uid) && !names.has(Number(uid))) names.set(Number(uid), name)
  }
  return names
}

/** Read anew for every list: it is one small file. A host without it has numbers only. */
export async function readUserNames(file = '/etc/passwd'): Promise<UserNames> {
  let text = ''
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const names = parseUserNames(text)
  return (uid) => names.get(uid) ?? String(uid)
}
