import { appendFile, mkdir, readdir, rename, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { newFolder, startProbe } from './harness.ts'

test('a bad line in a log is an issue, also after the log was rotated; old lines are not', async () => {
  const folder = await newFolder()
  const path = join(folder, 'app.log')
  await writeFile(path, 'FATAL of yesterday\n')
  const { probe } = startProbe(folder, { checks: { logs: [{ name: 'fatal', path, pattern: '^FATAL', hold_s: 0 }] } })
  expect((await probe.inspectNow()).issues).toEqual([])
  await appendFile(path, 'ok\nFATAL one\n')
  expect(await probe.inspectNow()).toMatchObject({
    status: 'critical',
    issues: [{ level: 'L3', type: 'log_pattern', details: { hits: 1 } }],
  })
  expect((await probe.inspectNow()).issues).toEqual([])
  await rename(path, `${path}.1`)
  await writeFile(path, 'FATAL two\nFATAL three\n')
  expect(await probe.inspectNow()).toMatchObject({ issues: [{ details: { hits: 2, last_line: 'FATAL three' } }] })
})

test('what is written to a log while the probe is down is searched when it is back, also over a rotation', async () => {
  const folder = await newFolder()
  const path = join(folder, 'app.log')
  await writeFile(path, 'begin\n')
  const watching = { checks: { logs: [{ name: 'fatal', path, pattern: '^FATAL', hold_s: 0 }] } }
  const lines = async (): Promise<unknown> => {
    const { probe } = startProbe(folder, watching)
    const { issues } = await probe.inspectNow()
    await probe.stop()
    return issues.map(({ details }) => [details['hits'], details['last_line']])
  }
  expect(await lines()).toEqual([])
  await appendFile(path, 'FATAL while away\n')
  expect(await lines()).toEqual([[1, 'FATAL while away']])
  expect(await lines()).toEqual([])
  await appendFile(path, 'FATAL before the rotation\n')
  await rename(path, `${path}.1`)
  await writeFile(path, 'FATAL after it\n')
  expect(await lines()).toEqual([[2, 'FATAL after it']])
  // Copied and emptied in place, then grown beyond the old place: the same inode, and yet another file.
  await writeFile(path, `FATAL in the emptied file\n${'ok\n'.repeat(50)}`)
  expect(await lines()).toEqual([[1, 'FATAL in the emptied file']])
})

test('lines of a report that was never handed over are searched again after a crash', async () => {
  const folder = await newFolder()
  const path = join(folder, 'app.log')
  await writeFile(path, 'begin\n')
  const watching = { checks: { logs: [{ name: 'fatal', path, pattern: '^FATAL', hold_s: 0 }] } }
  const first = startProbe(folder, watching)
  await first.probe.inspectNow()
  await first.probe.stop()
  await appendFile(path, 'FATAL one\n')
  const failing = startProbe(folder, watching)
  failing.refuseReports()
  await expect(failing.probe.inspectNow()).rejects.toThrow('the disk is full')
  await failing.probe.stop()
  expect((await startProbe(folder, watching).probe.inspectNow()).issues).toMatchObject([{ details: { hits: 1 } }])
})

test('containers are asked for over the engine socket', async () => {
  const folder = await newFolder()
  const socket = join(folder, 'd.sock')
  const list = [{ Id: '1', Names: ['/web'], State: 'exited', Status: 'Exited (1)' }]
  const engine = createServer((_request, response) => response.end(JSON.stringify(list)))
  await new Promise<void>((resolve) => engine.listen(socket, resolve))
  onTestFinished(() => void engine.close())
  const { probe } = startProbe(folder, {
    checks: {
      docker_socket: socket,
      containers: [
        { name: 'web', bad_samples: 1 },
        { name: 'db', bad_samples: 1, fix_command: 'up' },
      ],
    },
    remedies: { commands: { up: ['true'] } },
  })
  const { issues } = await probe.inspectNow()
  expect(issues.map(({ subject, level, proposed_fix }) => [subject, level, proposed_fix])).toEqual([
    ['web', 'L3', undefined],
    ['db', 'L2', 'run command up'],
  ])
})

test('a filesystem that fills is cleaned by the probe alone, of what the config lists and nothing else', async () => {
  const folder = await newFolder()
  const cache = join(folder, 'cache')
  await mkdir(cache)
  for (const name of ['old.tmp', 'old.keep']) {
    await writeFile(join(cache, name), 'x')
    await utimes(join(cache, name), 0, 0)
  }
  const { probe } = startProbe(folder, {
    // Every disk in use is above 0.1 %: what is judged is real, the thresholds are the test's.
    checks: {
      disk: {
        warning: 0.1,
        after_cleaning: 100,
        high: 100,
        critical: 100,
        min_free_bytes: 0,
        margin: 0,
        bad_samples: 1,
      },
    },
    remedies: { clean: [{ path: cache, pattern: '*.tmp', older_than_s: 60 }] },
  })
  const { actions_taken, issues } = await probe.inspectNow()
  expect(issues).toEqual([])
  expect(actions_taken).toMatchObject([{ level: 'L1', result: 'success', issue_type: 'disk_space_low' }])
  expect(actions_taken[0]?.details).toMatch(/^deleted 1 files, freed \d+ bytes/)
  expect(await readdir(cache)).toEqual(['old.keep'])
})
