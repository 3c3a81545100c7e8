import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { fitsSocket, makeSocketFolder, refuseForeignFolder } from './socket-folder.ts'

const uid = process.getuid?.() ?? 0

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-socket-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('a home with a short path holds the socket itself, also at the next start', () => {
  const home = temporaryFolder()
  expect(makeSocketFolder(home, undefined)).toBe(join(home, 'run'))
  expect(makeSocketFolder(home, undefined)).toBe(join(home, 'run'))
})

test('a home with a long path has its socket in a temporary folder that is always the same', () => {
  const home = join(temporaryFolder(), 'x'.repeat(120))
  mkdirSync(home)
  const folder = makeSocketFolder(home, undefined)
  onTestFinished(() => rmSync(folder, { recursive: true }))
  expect(folder.startsWith(tmpdir())).toBe(true)
  expect(makeSocketFolder(home, undefined)).toBe(folder)
})

test('bytes are counted, not characters', () => {
  expect(fitsSocket(`/tmp/${'a'.repeat(80)}`)).toBe(true)
  expect(fitsSocket(`/tmp/${'数'.repeat(80)}`)).toBe(false)
})

test('a folder that others may enter, that is another user’s, or that is a link is refused', () => {
  const folder = join(temporaryFolder(), 'run')
  mkdirSync(folder, { mode: 0o700 })
  const link = `${folder}-link`
  symlinkSync(folder, link)
  expect(() => refuseForeignFolder(folder, uid)).not.toThrow()
  expect(() => refuseForeignFolder(folder, uid + 1)).toThrow('does not belong to uid')
  expect(() => refuseForeignFolder(link, uid)).toThrow('does not belong to uid')
  chmodSync(folder, 0o770)
  expect(() => refuseForeignFolder(folder, uid)).toThrow('does not belong to uid')
})
