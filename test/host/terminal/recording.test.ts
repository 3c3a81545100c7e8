import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '../../link/tree.ts'
import { type Terminals, startTerminals } from './rig.ts'

let rig: Terminals
let folder: string
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'cortex-recording-'))))
afterEach(async () => {
  await rig.close()
  rmSync(folder, { recursive: true, force: true })
})

type Line = [number, string, string]
const read = () => {
  const [name] = readdirSync(join(folder, 'casts'))
  const file = join(folder, 'casts', name ?? 'none')
  const lines = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
  return { file, header: lines[0], events: lines.slice(1) as Line[] }
}

test('a recording is an asciicast that only the node may read, with what was shown and not what was typed', async () => {
  rig = await startTerminals({
    recording: { folder: join(folder, 'casts'), maxBytes: 1_000_000, maxFiles: 10, keepMs: 86_400_000 },
  })
  const { id, screen } = await rig.shell({ cols: 90, rows: 20 })
  await screen.type('echo 你好\r')
  await screen.sees('你好\r\n%')
  await screen.resize(91, 21)
  await screen.type("read -s -p wo''rd: secret; echo th''anks\r")
  await screen.sees('word:')
  await screen.type('hunter2\r')
  await screen.sees('thanks')
  await screen.type('exit\r')
  await screen.reading
  await until(() => read().events.some(([, , data]) => data.includes('exit')), 'the file is written')
  const { file, header, events } = read()
  expect(header).toMatchObject({ version: 2, width: 90, height: 20, env: { SHELL: '/bin/bash' } })
  expect(events.map(([, , data]) => data).join('')).toContain('你好\r\n%')
  expect(events).toContainEqual([expect.any(Number), 'r', '91x21'])
  expect(JSON.stringify(events)).not.toContain('hunter2')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(statSync(join(folder, 'casts')).mode & 0o777).toBe(0o700)
  expect(file).not.toContain(id)
})

test('a recording that is full says so and ends; the terminal goes on', async () => {
  rig = await startTerminals({
    recording: { folder: join(folder, 'casts'), maxBytes: 20_000, maxFiles: 10, keepMs: 86_400_000 },
  })
  const { screen } = await rig.shell()
  await screen.type("seq 1 100000; echo st''ill\r")
  await screen.sees('still')
  await until(() => read().events.at(-1)?.[1] === 'm', 'the end is marked')
  expect(read().events.at(-1)?.[2]).toBe('recording is full')
  expect(statSync(read().file).size).toBeLessThanOrEqual(20_000)
})

test('only the newest recordings are kept', async () => {
  rig = await startTerminals({
    recording: { folder: join(folder, 'casts'), maxBytes: 1_000_000, maxFiles: 2, keepMs: 86_400_000 },
  })
  for (let n = 0; n < 4; n += 1) {
    const { session_id } = await rig.create()
    await rig.call('terminal.delete', { session_id })
  }
  expect(readdirSync(join(folder, 'casts'))).toHaveLength(2)
})
