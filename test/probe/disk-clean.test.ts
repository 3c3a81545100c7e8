import { mkdir, readdir, stat, symlink, utimes, writeFile, link } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { cleanFolder, type CleanOptions } from '../../src/probe/remedies/clean-folder.ts'
import { createDiskCleaner } from '../../src/probe/remedies/disk-clean.ts'
import { newFolder } from './harness.ts'

const rule = (path: string) => ({
  path,
  pattern: '*',
  older_than_s: 3600,
  recursive: true,
  approval: false,
  max_files: 100,
})
const LONG_AGO = new Date('2020-01-01T00:00:00Z')

async function oldFile(path: string): Promise<void> {
  await writeFile(path, 'x'.repeat(10_000))
  await utimes(path, LONG_AGO, LONG_AGO)
}

async function optionsFor(path: string, change: Partial<CleanOptions> = {}): Promise<CleanOptions> {
  return {
    device: (await stat(path)).dev,
    nowMs: Date.now(),
    dryRun: false,
    maxFiles: 100,
    signal: new AbortController().signal,
    ...change,
  }
}

async function scene() {
  const folder = await newFolder()
  const cache = join(folder, 'cache')
  const outside = join(folder, 'outside')
  await mkdir(join(cache, 'deep', 'deeper'), { recursive: true })
  await mkdir(outside)
  await oldFile(join(outside, 'precious'))
  await oldFile(join(cache, 'old.log'))
  await oldFile(join(cache, 'deep', 'deeper', 'old.tmp'))
  await writeFile(join(cache, 'young.log'), 'x')
  await symlink(outside, join(cache, 'folder-link'))
  await symlink(join(outside, 'precious'), join(cache, 'file-link'))
  await symlink('../outside/precious', join(cache, 'deep', 'relative-link'))
  return { folder, cache, outside }
}

test('old files inside go; young files, links, folders and everything outside stay', async () => {
  const { cache, outside } = await scene()
  const result = await cleanFolder(rule(cache), await optionsFor(cache))
  expect(result).toMatchObject({ files: 2, errors: [] })
  expect(result.bytes).toBeGreaterThanOrEqual(20_000)
  expect(await readdir(outside)).toEqual(['precious'])
  expect((await readdir(cache)).toSorted()).toEqual(['deep', 'file-link', 'folder-link', 'young.log'])
  expect((await readdir(join(cache, 'deep'))).toSorted()).toEqual(['deeper', 'relative-link'])
})

test('a rule whose folder is a link, or lies below one, cleans nothing', async () => {
  const { cache, outside } = await scene()
  for (const path of [join(cache, 'folder-link'), join(cache, 'folder-link', '.')]) {
    const result = await cleanFolder(rule(path), await optionsFor(outside))
    expect(result.files).toBe(0)
    expect(result.errors).not.toEqual([])
  }
  expect(await readdir(outside)).toEqual(['precious'])
})

test('a rule does not go below when it is not recursive, nor beyond its count', async () => {
  const { cache } = await scene()
  expect(
    (await cleanFolder({ ...rule(cache), recursive: false }, await optionsFor(cache, { dryRun: true }))).files,
  ).toBe(1)
  expect((await cleanFolder(rule(cache), await optionsFor(cache, { maxFiles: 1 }))).files).toBe(1)
})

test('another file system is not touched', async () => {
  const { cache } = await scene()
  expect((await cleanFolder(rule(cache), await optionsFor(cache, { device: -1 }))).files).toBe(0)
})

test('a file with a second name frees nothing', async () => {
  const { folder, cache } = await scene()
  await link(join(cache, 'old.log'), join(folder, 'second-name'))
  const { files, bytes } = await cleanFolder({ ...rule(cache), pattern: '*.log' }, await optionsFor(cache))
  expect({ files, bytes }).toEqual({ files: 1, bytes: 0 })
})

test('a dry run counts and deletes nothing', async () => {
  const { cache } = await scene()
  expect((await cleanFolder(rule(cache), await optionsFor(cache, { dryRun: true }))).files).toBe(2)
  expect(await readdir(cache)).toContain('old.log')
})

test('what needs approval is not deleted without it', async () => {
  const { cache } = await scene()
  const cleaner = createDiskCleaner({ rules: [{ ...rule(cache), approval: true }], clock: Date.now })
  const run = { approved: false, dryRun: false, details: {}, signal: new AbortController().signal }
  expect(await cleaner.canClean('/', run.signal)).toBe(false)
  expect(await cleaner.perform({ type: 'disk.clean', mount: cache }, run)).toMatchObject({ ok: false })
  expect(await readdir(cache)).toContain('old.log')
  const approved = await cleaner.perform({ type: 'disk.clean', mount: cache }, { ...run, approved: true })
  expect(approved).toMatchObject({ ok: true, output: expect.stringMatching(/^deleted 2 files, freed \d+ bytes/) })
})
