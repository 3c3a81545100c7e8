/** What `lstat` says, as far as it matters here. */
export interface Ownership {
  uid: bigint
  mode: bigint
  nlink: bigint
}

const WRITABLE_BY_OTHERS = 0o022n

/**
 * Whether a file may be another name that a user gave to somebody else's file, to have it read or changed here by a node
 * that may more than the user: several names, an owner other than the folder's, in a folder that not only root fills.
 */
export function mayBePlanted(file: Ownership, folder: Ownership): boolean {
  if (file.nlink < 2n || file.uid === folder.uid) return false
  return folder.uid !== 0n || (folder.mode & WRITABLE_BY_OTHERS) !== 0n
}
