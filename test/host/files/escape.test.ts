import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { filesHost, type FilesHost, newScene, type Scene } from './files-host.ts'

const MIN_SWAPS = 4_000
const MIN_TRIES = 4_000

let scene: Scene
let host: FilesHost
async function prepare(base?: string): Promise<void> {
  scene = await newScene(base)
  await writeFile(join(scene.outside, 'precious'), 'precious')
  await writeFile(join(scene.reading, 'f'), 'for reading')
  await symlink(scene.outside, join(scene.inside, 'to-folder'))
  await symlink(join(scene.outside, 'precious'), join(scene.inside, 'to-file'))
  await symlink('../outside', join(scene.inside, 'to-beside'))
  await symlink('/', join(scene.inside, 'to-top'))
  await symlink('to-folder', join(scene.inside, 'to-link'))
  host = await filesHost(scene)
}
beforeEach(() => prepare())

type Verb = (path: string) => Promise<unknown>
const verbs: Record<string, Verb> = {
  list: (path) => host.call('list', { path }),
  stat: (path) => host.call('stat', { path }),
  content: (path) => host.content(path),
  download: (path) => host.download({ path }),
  write: (path) => host.write({ path }, 'attack'),
  upload: (path) => host.upload({ path }, 'attack'),
  mkdir: (path) => host.call('mkdir', { path }),
  'mkdir with parents': (path) => host.call('mkdir', { path: `${path}/x/y`, parents: true }),
  delete: (path) => host.call('delete', { path, recursive: true }),
  'rename from': (path) => host.call('rename', { from: path, to: join(scene.inside, 'stolen') }),
  'rename to': async (path) => {
    await writeFile(join(scene.inside, 'mine'), 'attack')
    return host.call('rename', { from: join(scene.inside, 'mine'), to: path, overwrite: true })
  },
}

const hostile: [string, (scene: Scene) => string][] = [
  ['outside', ({ outside }) => join(outside, 'precious')],
  ['far outside', () => '/etc/passwd'],
  ['the top', () => '/'],
  ['upwards', ({ inside }) => `${inside}/../outside/precious`],
  ['upwards and back', ({ top, inside }) => `${inside}/../../${top.split('/').at(-1)}/outside/precious`],
  ['upwards by an escape', ({ inside }) => `${inside}/\\x2e\\x2e/outside/precious`],
  ['a slash by an escape', ({ inside }) => `${inside}/..\\x2foutside\\x2fprecious`],
  ['a sibling whose name begins alike', ({ inside }) => `${inside}2`],
  ['another case', ({ inside }) => `${inside.toUpperCase()}/f`],
  ['relative', () => 'inside/f'],
  ['a NUL', ({ inside }) => `${inside}/f\0.txt`],
  ['blanks before', ({ outside }) => ` ${outside}/precious`],
  ['half a character', ({ inside }) => `${inside}/\ud800`],
  ['a link to a folder on the way', ({ inside }) => `${inside}/to-folder/precious`],
  ['a relative link on the way', ({ inside }) => `${inside}/to-beside/precious`],
  ['a link to the top on the way', ({ inside, outside }) => `${inside}/to-top${outside}/precious`],
  ['a link to a link on the way', ({ inside }) => `${inside}/to-link/precious`],
  ['the process itself', () => '/proc/self/root/etc/passwd'],
]

test.each(hostile)(
  'a path that is %s is refused by every verb, and outside nothing is touched',
  async (_name, pathIn) => {
    const path = pathIn(scene)
    const refusals: Record<string, unknown> = {}
    for (const [verb, act] of Object.entries(verbs)) {
      refusals[verb] = await act(path).then(
        () => 'done',
        (error: { status?: number }) => error.status,
      )
    }
    expect(Object.entries(refusals).filter(([, status]) => status !== 400 && status !== 403)).toEqual([])
    expect(await readdir(scene.outside)).toEqual(['precious'])
    expect(await readFile(join(scene.outside, 'precious'), 'utf8')).toBe('precious')
  },
)

test('percent signs are letters of a name: nobody decodes them', async () => {
  await verbs['mkdir with parents']?.(`${scene.inside}/%2e%2e/outside`)
  expect(await readdir(join(scene.inside, '%2e%2e'))).toEqual(['outside'])
})

test.each(['list', 'content', 'download', 'write', 'upload'])(
  'a link at the end that leads out is refused by %s',
  async (verb) => {
    for (const name of ['to-file', 'to-folder']) {
      await expect(verbs[verb]?.(join(scene.inside, name))).rejects.toMatchObject({ status: 403 })
    }
    expect(await readFile(join(scene.outside, 'precious'), 'utf8')).toBe('precious')
  },
)

test('a link that leads out is deleted and renamed itself', async () => {
  await verbs['rename from']?.(join(scene.inside, 'to-file'))
  await verbs.delete?.(join(scene.inside, 'to-folder'))
  expect(await readdir(scene.outside)).toEqual(['precious'])
  expect(await readdir(scene.inside)).not.toContain('to-folder')
})

test.each(['write', 'upload', 'mkdir', 'mkdir with parents', 'delete', 'rename from', 'rename to'])(
  'in a folder for reading %s is refused, by its own path and by a link to it',
  async (verb) => {
    await symlink(scene.reading, join(scene.inside, 'to-reading'))
    for (const folder of [scene.reading, join(scene.inside, 'to-reading')]) {
      await expect(verbs[verb]?.(join(folder, 'f'))).rejects.toMatchObject({ status: 403 })
    }
    expect(await readFile(join(scene.reading, 'f'), 'utf8')).toBe('for reading')
  },
)

test('an allowed folder and what holds one stay where they are', async () => {
  await mkdir(join(scene.inside, 'a', 'closed'), { recursive: true })
  host = await filesHost(scene, { grants: [`files:${scene.inside}`, `files:${scene.inside}/a/closed:ro`] })
  for (const path of [scene.inside, `${scene.inside}/`, join(scene.inside, 'a'), join(scene.inside, 'a/closed')]) {
    for (const verb of ['delete', 'rename from', 'rename to']) {
      await expect(verbs[verb]?.(path)).rejects.toMatchObject({ status: 403 })
    }
  }
  await expect(verbs.write?.(join(scene.inside, 'a/closed/f'))).rejects.toMatchObject({ status: 403 })
  await verbs.write?.(join(scene.inside, 'a/f'))
})

test('an allowed folder that is replaced by a link while the node runs leads nowhere', async () => {
  await rename(scene.inside, `${scene.inside}.old`)
  await symlink(scene.outside, scene.inside)
  for (const verb of ['list', 'content', 'write', 'delete']) {
    await expect(verbs[verb]?.(join(scene.inside, 'precious'))).rejects.toMatchObject({ status: 403 })
  }
  expect(await readFile(join(scene.outside, 'precious'), 'utf8')).toBe('precious')
})

test('a link that a user swaps in thousands of times during the acts never leads out', async () => {
  // In memory where there is such a place: no act waits for a disk, so more of them meet a swap.
  await prepare(existsSync('/dev/shm') ? '/dev/shm' : undefined)
  const bob = join(scene.inside, 'bob')
  await mkdir(bob)
  const asUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
  if (asUser.uid !== undefined) await chown(bob, asUser.uid, asUser.gid ?? 0)
  // Whoever escapes as the node may do anything there.
  await chmod(scene.outside, 0o777)
  const place = join(bob, 'place')
  const code = await readFile(join(import.meta.dirname, 'swapper.mjs'))
  const swapper = spawn(process.execPath, ['--input-type=module', '-', place, scene.outside], {
    ...asUser,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void swapper.kill('SIGKILL'))
  let swaps = 0
  swapper.stdout.on('data', (data: Buffer) => (swaps = Number(data.toString().trim().split('\n').at(-1)) || swaps))
  swapper.stdin.end(code)

  const outcomes = new Map<string, number>()
  const attempts: Verb[] = [
    (path) => host.write({ path: `${path}/precious` }, 'attack'),
    (path) => host.upload({ path: `${path}/new` }, 'attack'),
    (path) => host.call('mkdir', { path: `${path}/a/b`, parents: true }),
    (path) => host.call('delete', { path: `${path}/precious` }),
    (path) => host.call('delete', { path, recursive: true }),
    (path) => host.call('rename', { from: join(scene.inside, 'bait'), to: `${path}/bait`, overwrite: true }),
    (path) => host.call('rename', { from: `${path}/precious`, to: join(scene.inside, 'stolen') }),
    async (path) => {
      const { bytes } = await host.download({ path: `${path}/precious` })
      if (bytes.toString() === 'precious') throw new Error('read from outside')
    },
    async (path) => {
      const answer = JSON.stringify(await host.call('list', { path }))
      if (answer.includes('"path":"' + scene.outside)) throw new Error('listed outside')
    },
  ]
  const deadline = performance.now() + 40_000
  let tried = 0
  const isEnough = () => (swaps >= MIN_SWAPS && tried >= MIN_TRIES) || performance.now() > deadline
  async function attack(): Promise<void> {
    while (!isEnough()) {
      await writeFile(join(scene.inside, 'bait'), 'bait')
      for (const attempt of attempts) {
        const outcome = await attempt(place).then(
          () => 'done',
          (error: { status?: number; message: string }) => String(error.status ?? error.message),
        )
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        tried += 1
      }
      await delay(0)
    }
  }
  await Promise.all(Array.from({ length: 4 }, attack))
  expect([swaps >= MIN_SWAPS, tried >= MIN_TRIES]).toEqual([true, true])
  expect([...outcomes.keys()].filter((outcome) => !['done', '400', '403', '404', '409'].includes(outcome))).toEqual([])
  // Both happened: it was a folder at times, and a link at others.
  expect(outcomes.get('done')).toBeGreaterThan(0)
  expect(outcomes.get('403')).toBeGreaterThan(0)
  expect(await readdir(scene.outside)).toEqual(['precious'])
  expect(await readFile(join(scene.outside, 'precious'), 'utf8')).toBe('precious')
})
