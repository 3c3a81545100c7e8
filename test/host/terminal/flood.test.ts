import { existsSync, mkdtempSync, chmodSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { encodeTerminalData } from '../../../src/contract/operations/terminal-frames.ts'
import { until } from '../../link/tree.ts'
import { type Terminals, createScreen, startTerminals } from './rig.ts'

const MIB = 1024 * 1024
let rig: Terminals
let folder: string
beforeEach(async () => {
  rig = await startTerminals()
  folder = mkdtempSync(join(tmpdir(), 'cortex-flood-'))
  chmodSync(folder, 0o777)
})
afterEach(async () => {
  await rig.close()
  rmSync(folder, { recursive: true, force: true })
})

const stats = () => [rig.chain.root, rig.chain.region, rig.chain.zone].flatMap(({ links }) => links.children())
const queued = () => Math.max(...stats().map(({ queuedBytes }) => queuedBytes))

test('100 MB of output arrive whole in bounded memory while another terminal answers its keys', async () => {
  const flood = await rig.shell()
  const keys = await rig.shell()
  await keys.screen.type('stty -echo; cat\r')
  await keys.screen.sees(/cat\r\n/)
  const seenBefore = flood.screen.bytesSeen()
  await flood.screen.type("stty -onlcr; yes 0123456789abcde | head -c 100M; echo; echo o''ver; stty onlcr\r")
  let worstMs = 0
  let pressed = 0
  let worstQueued = 0
  let baseRss = 0
  let worstRss = 0
  for (let over = false; !over;) {
    const mark = `key-${(pressed += 1)}.`
    const startedAt = performance.now()
    await keys.screen.type(`${mark}\r`)
    await keys.screen.sees(mark)
    worstMs = Math.max(worstMs, performance.now() - startedAt)
    worstQueued = Math.max(worstQueued, queued())
    // The first part brings the process to its working size; from then on nothing may grow with the output.
    if (flood.screen.bytesSeen() < 30 * MIB) baseRss = process.memoryUsage().rss
    else worstRss = Math.max(worstRss, process.memoryUsage().rss - baseRss)
    over = flood.screen.tail().includes('over\n')
  }
  expect(flood.screen.bytesSeen() - seenBefore).toBeGreaterThanOrEqual(100 * MIB)
  expect(pressed).toBeGreaterThan(20)
  expect(worstMs).toBeLessThan(1000)
  expect(worstQueued).toBeLessThan(MIB)
  expect(worstRss).toBeLessThan(48 * MIB)
})

test('a program whose output nobody takes waits, and goes on to the last byte when somebody does', async () => {
  const { session_id } = await rig.create({ working_dir: folder })
  const stream = await rig.open(session_id)
  await stream.write(encodeTerminalData(Buffer.from('head -c 4M /dev/zero | tr "\\0" x; touch done; exit 3\r')))
  // A round trip over the same links, again and again: what could still move has moved.
  for (let n = 0; n < 100; n += 1) await rig.call('terminal.list', {})
  expect(existsSync(join(folder, 'done'))).toBe(false)
  expect(queued()).toBeLessThan(MIB)
  const screen = createScreen(stream)
  await screen.reading
  expect(existsSync(join(folder, 'done'))).toBe(true)
  expect(screen.bytesSeen()).toBeGreaterThanOrEqual(4 * MIB)
  expect(screen.notes.at(-1)).toEqual({ type: 'exit', code: 3, signal: null })
})

test('what a program does not read holds back only whoever types it: everything else goes on', async () => {
  const { id, screen } = await rig.shell()
  await screen.type("stty raw -echo; echo bu''sy; sleep 1000\r")
  await screen.sees('busy')
  let taken = 0
  const pasting = (async () => {
    for (let n = 0; n < 64; n += 1) {
      await screen.type(new Uint8Array(32_768).fill(97))
      taken += 32_768
    }
  })()
  const other = await rig.shell()
  await other.screen.type("echo al''ive\r")
  await other.screen.sees('alive')
  // What is on its way fits into the windows and the terminal itself.
  expect(taken).toBeLessThan(MIB)
  screen.stream.reset(new Error('the person has left'))
  await expect(pasting).rejects.toThrow()
  await until(() => !rig.sessions.get(id).view().attached, 'nobody is attached')
  const back = await rig.attach(id)
  expect(back.notes[0]).toMatchObject({ type: 'scrollback' })
})

test('a flood that nobody watches neither stops nor fills more than the scrollback', async () => {
  const { id, screen } = await rig.shell()
  await screen.type('stty -onlcr; seq 1 300000; echo e""nd\r')
  await screen.stream.end()
  await until(() => rig.sessions.list()[0]?.attached === false, 'nobody is attached')
  const back = await (async () => {
    await until(() => Date.now() - Date.parse(rig.sessions.list()[0]!.last_activity_at) > 300, 'it is quiet', 20_000)
    return rig.attach(id)
  })()
  await back.sees('300000\nend\n')
  expect(back.notes[0]).toMatchObject({ type: 'scrollback', truncated: true })
  expect(back.bytesSeen()).toBeLessThanOrEqual(262_144 + 100)
  expect(back.text()).toMatch(/^\d+\n\d+\n/)
})
