import { expect, test } from 'vitest'
import { mayBePlanted } from './planted-link.ts'

const file = (uid: bigint, nlink: bigint) => ({ uid, nlink, mode: 0o100600n })
const folder = (uid: bigint, mode: bigint) => ({ uid, nlink: 2n, mode: 0o40000n | mode })

test.each([
  ["root's file with two names in a user's folder", file(0n, 2n), folder(1000n, 0o755n), true],
  ["another user's file with two names in a folder of all", file(1001n, 2n), folder(0n, 0o1777n), true],
  ["another user's file with two names in a folder of a group", file(1001n, 2n), folder(0n, 0o775n), true],
  ["a user's own file with two names", file(1000n, 2n), folder(1000n, 0o755n), false],
  ["root's file with one name in a user's folder", file(0n, 1n), folder(1000n, 0o755n), false],
  ["a user's file with two names where only root writes", file(1000n, 3n), folder(0n, 0o755n), false],
])('%s may be planted: %4$s', (_name, file, folder, planted) => expect(mayBePlanted(file, folder)).toBe(planted))
