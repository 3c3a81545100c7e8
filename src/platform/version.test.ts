import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { buildInfo } from './version.ts'

test('in a checkout the version is that of package.json and the commit is not known', () => {
  expect(buildInfo()).toEqual({ version: expect.stringMatching(/^\d+\.\d+\.\d+/), commit: null, built_at: null })
})

test('an installed bundle knows the commit it was built from', () => {
  const folder = mkdtempSync(join(tmpdir(), 'version-'))
  try {
    mkdirSync(join(folder, 'dist'))
    writeFileSync(join(folder, 'package.json'), '{"version":"9.9.9"}')
    writeFileSync(join(folder, 'dist', 'build.json'), '{"commit":"abc","built_at":"2026-01-01T00:00:00Z"}')
    const bundle = pathToFileURL(join(folder, 'dist', 'main.js')).href
    expect(buildInfo(bundle)).toEqual({ version: '9.9.9', commit: 'abc', built_at: '2026-01-01T00:00:00Z' })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
