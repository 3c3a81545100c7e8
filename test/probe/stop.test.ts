import { existsSync, readFileSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freePort, newFolder, startProbe, until } from './harness.ts'

test('stop ends a running repair with its processes, and is done within 5 s', async () => {
  const folder = await newFolder()
  const mark = join(folder, 'mark')
  const script = join(folder, 'slow.mjs')
  await writeFile(
    script,
    `import { writeFileSync, renameSync } from 'node:fs'
writeFileSync('${mark}.new', String(process.pid)); renameSync('${mark}.new', '${mark}')
setTimeout(() => {}, 60_000)\n`,
  )
  const config = {
    services: [
      {
        name: 'slow',
        auto_restart: true,
        tcp: { port: await freePort() },
        start: [process.execPath, script],
        bad_samples: 1,
      },
    ],
  }
  const { probe } = startProbe(folder, config)
  const inspecting = probe.inspectNow()
  await until(() => existsSync(mark), 'the repair has begun')
  const pid = Number(readFileSync(mark, 'utf8'))
  const began = performance.now()
  await probe.stop()
  expect(performance.now() - began).toBeLessThan(5000)
  await Promise.allSettled([inspecting])
  await until(() => !existsSync(`/proc/${pid}`), 'the process of the repair is gone')
  await expect(probe.inspectNow()).rejects.toThrow('stopped')
})

test('stop does not wait for a monitor that does not answer, and the request goes on after the next start', async () => {
  const folder = await newFolder()
  const config = { services: [{ name: 'x', tcp: { port: await freePort() }, start: ['true'], bad_samples: 1 }] }
  const first = startProbe(folder, config, () => new Promise(() => undefined))
  await first.probe.inspectNow()
  await until(() => first.requests.length === 1, 'it is asked')
  await first.probe.stop()
  const second = startProbe(folder, config, () => ({ status: 'rejected' }))
  await second.probe.inspectNow()
  await until(() => second.requests.length === 1, 'it is asked again')
  expect(second.requests[0]?.request_id).toBe(first.requests[0]?.request_id)
})

test('a damaged journal is moved aside and the probe works', async () => {
  const folder = await newFolder()
  await writeFile(join(folder, 'probe.db'), 'this is no database, and it is long enough to be looked at'.repeat(20))
  const { probe } = startProbe(folder, {})
  expect(await probe.inspectNow()).toMatchObject({ status: 'healthy' })
  expect((await readdir(folder)).some((name) => name.startsWith('probe.db.damaged-'))).toBe(true)
})
