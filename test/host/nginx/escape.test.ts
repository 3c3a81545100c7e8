import { spawn } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SiteName } from '../../../src/contract/operations/nginx.ts'
import { openConfigFolder } from '../../../src/probe/host/nginx/changing/config-folder.ts'
import { fileOf } from '../../../src/probe/host/nginx/changing/file-state.ts'
import { createSites, type Sites } from '../../../src/probe/host/nginx/sites/sites.ts'
import { type NginxRig, nginxRig, site } from './nginx-rig.ts'
import { becomeNobody } from './unprivileged.ts'

becomeNobody()

test.each([
  '',
  '.',
  '..',
  '../x',
  'a/b',
  '/etc/passwd',
  '-rf',
  '.hidden',
  'a\0b',
  'a b',
  'a*',
  'a\nb',
  'a;b',
  'x'.repeat(129),
  'ä',
  'a.disabled',
  'a.dpkg-old',
])('%j is no name of a site', (name) => {
  expect(SiteName.safeParse(name).success).toBe(false)
})
test.each(['example.com', '000-default', '_catch_all', 'a'])('%j is a name of a site', (name) => {
  expect(SiteName.safeParse(name).success).toBe(true)
})

const SWAPS_FOR_EVER = `
const fs = require('node:fs')
const [folder, outside] = process.argv.slice(1)
for (;;) {
  try {
    fs.renameSync(folder, folder + '.real')
    fs.symlinkSync(outside, folder)
    for (let pause = 0; pause < 20000; pause += 1);
    fs.unlinkSync(folder)
    fs.renameSync(folder + '.real', folder)
    for (let pause = 0; pause < 20000; pause += 1);
  } catch {
    if (fs.lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) fs.rmSync(folder, { recursive: true })
  }
}`

describe('nothing is written outside of the folder of nginx', () => {
  let rig: NginxRig
  let sites: Sites
  let outside: string
  beforeEach(async () => {
    rig = await nginxRig()
    sites = createSites(rig.core)
    outside = join(rig.root, 'outside')
    mkdirSync(outside)
    writeFileSync(join(outside, 'victim'), 'untouched')
  })
  afterEach(() => rig.close())
  const config = (): string => site(rig.port, 'x.test', 'x')

  test('a site that is a link to elsewhere is shown, neither read nor written', async () => {
    symlinkSync(join(outside, 'victim'), join(rig.folder, 'sites-available/evil'))
    expect((await sites.list()).find(({ name }) => name === 'evil')).toMatchObject({ enabled: false, server_names: [] })
    await expect(sites.get('evil')).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(sites.update({ name: 'evil', config: config() })).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await sites.remove('evil')
    expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('untouched')
    expect(lstatSync(join(rig.folder, 'sites-available/evil'), { throwIfNoEntry: false })).toBeUndefined()
  })

  test('a folder of sites that is a link to elsewhere gets nothing', async () => {
    renameSync(join(rig.folder, 'sites-available'), join(rig.root, 'moved'))
    symlinkSync(outside, join(rig.folder, 'sites-available'))
    await expect(sites.create({ name: 'new', config: config(), enabled: true })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    expect(existsSync(join(outside, 'new'))).toBe(false)
  })

  test('a folder swapped for a link thousands of times during the writing leads nowhere else', async () => {
    const folder = openConfigFolder(rig.folder)
    const race = join(rig.folder, 'race')
    mkdirSync(race)
    const swapper = spawn(process.execPath, ['-e', SWAPS_FOR_EVER, race, outside], { stdio: 'ignore' })
    const ended = new Promise((resolve) => swapper.once('exit', resolve))
    let written = 0
    let refused = 0
    // A slow disk makes each writing wait: the number of tries is bounded by time too.
    const startedAtMs = performance.now()
    const enoughAfterMs = 10_000
    const deadlineMs = 45_000
    const isEnough = (tries: number): boolean => {
      const tookMs = performance.now() - startedAtMs
      if (written === 0 || refused === 0) return tookMs > deadlineMs
      return tries >= 3_000 || tookMs > enoughAfterMs
    }
    try {
      for (let round = 0; !isEnough(round); round += 1) {
        await folder.put('race/victim', fileOf('written')).then(
          () => (written += 1),
          (error: { code?: unknown }) => (refused += error.code === 'FORBIDDEN' ? 1 : 0),
        )
      }
    } finally {
      swapper.kill('SIGKILL')
      await ended
    }
    expect(written).toBeGreaterThan(0)
    expect(refused).toBeGreaterThan(0)
    expect(readdirSync(outside)).toEqual(['victim'])
    expect(readFileSync(join(outside, 'victim'), 'utf8')).toBe('untouched')
  })

  test('a disk or a folder that refuses keeps its own words, and nothing has changed', async () => {
    chmodSync(join(rig.folder, 'sites-enabled'), 0o555)
    try {
      await expect(sites.create({ name: 'new', config: config(), enabled: true })).rejects.toThrow()
      expect(existsSync(join(rig.folder, 'sites-available/new'))).toBe(false)
    } finally {
      chmodSync(join(rig.folder, 'sites-enabled'), 0o755)
    }
    unlinkSync(join(rig.folder, 'sites-enabled/default'))
    await sites.create({ name: 'new', config: config(), enabled: true })
  })
})
