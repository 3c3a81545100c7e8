/** What stands, or shall stand, under a name in nginx's configuration folder. */
export type FileState = Absent | FileThere | LinkThere
export interface Absent {
  kind: 'absent'
}
export interface FileThere {
  kind: 'file'
  /** Bytes: a file in another encoding must come back as it was. */
  content: Uint8Array
  /** Absent: those of the file replaced, else 0644 and this process's own. */
  owned?: Ownership
}
export interface LinkThere {
  kind: 'link'
  target: string
}
export interface Ownership {
  mode: number
  uid: number
  gid: number
}

export const MAX_FILE_BYTES = 1_048_576

/** What shall become of some names, in this order. */
export type Change = Map<string, FileState>

export const absent: Absent = { kind: 'absent' }
export const fileOf = (text: string): FileThere => ({ kind: 'file', content: Buffer.from(text) })
export const textOf = (file: FileThere): string => Buffer.from(file.content).toString('utf8')

/** Whether two states show the same to a reader. */
export function sameState(a: FileState, b: FileState): boolean {
  if (a.kind === 'file') return b.kind === 'file' && Buffer.compare(a.content, b.content) === 0
  if (a.kind === 'link') return b.kind === 'link' && a.target === b.target
  return b.kind === 'absent'
}
