import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { type Binaries, findBinaries } from './binaries.ts'
import { installBinaries } from './install.ts'

const links = [{ source: 'lib/libpq.so.5.18', target: 'lib/libpq.so.5' }]

function folders(version = '18.4'): { home: string; source: Binaries } {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-install-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const name of ['home', 'native/bin', 'native/lib/pgxs']) mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'native/bin/postgres'), 'program', { mode: 0o700 })
  writeFileSync(join(folder, 'native/lib/libpq.so.5.18'), 'library', { mode: 0o600 })
  writeFileSync(join(folder, 'native/lib/libpq.a'), 'not needed')
  writeFileSync(join(folder, 'native/lib/pgxs/Makefile'), 'not needed')
  return { home: join(folder, 'home'), source: { folder: join(folder, 'native'), version, links } }
}

test('every user may read and run what is installed, whatever the modes in node_modules', () => {
  const { home, source } = folders()
  const program = installBinaries(source, home)
  expect(lstatSync(join(program, 'bin/postgres')).mode & 0o755).toBe(0o755)
  expect(lstatSync(join(program, 'lib/libpq.so.5.18')).mode & 0o444).toBe(0o444)
})

test('the links of the package are made, what a server does not need is left out', () => {
  const { home, source } = folders()
  const program = installBinaries(source, home)
  expect(readFileSync(join(program, 'lib/libpq.so.5'), 'utf8')).toBe('library')
  expect(readdirSync(join(program, 'lib')).toSorted()).toEqual(['libpq.so.5', 'libpq.so.5.18'])
})

test('a copy that a power failure cut short is made again', () => {
  const { home, source } = folders()
  const program = installBinaries(source, home)
  truncateSync(join(program, 'bin/postgres'), 0)
  installBinaries(source, home)
  expect(readFileSync(join(program, 'bin/postgres'), 'utf8')).toBe('program')
})

test('an older version is removed, other files of the home stay', () => {
  const { home, source } = folders()
  installBinaries(source, home)
  mkdirSync(join(home, 'cluster'))
  installBinaries({ ...source, version: '18.5' }, home)
  expect(readdirSync(home).toSorted()).toEqual(['cluster', 'program-18.5'])
})

test('a machine without the package is told to set DATABASE_URL', () => {
  const absent = (): string => {
    throw new Error('Cannot find module')
  }
  expect(() => findBinaries(absent)).toThrow('set DATABASE_URL')
})
