import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { freePort, newFolder, startProbe, until } from './harness.ts'

test('a probe killed in the middle of a repair never runs it again, and says that it was interrupted', async () => {
  const folder = await newFolder()
  const port = await freePort()
  const marks = join(folder, 'marks')
  const script = join(folder, 'slow.mjs')
  await writeFile(
    script,
    `import { appendFileSync } from 'node:fs'\nappendFileSync('${marks}', process.pid + '\\n')\nsetTimeout(() => {}, 60_000)\n`,
  )
  const start = [process.execPath, script]
  const began = (): number[] => (existsSync(marks) ? readFileSync(marks, 'utf8').trim().split('\n').map(Number) : [])
  onTestFinished(() => {
    for (const pid of began()) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
  })

  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL('./crash-child.ts', import.meta.url)), join(folder, 'probe.db'), String(port), ...start],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  const exited = once(child, 'exit')
  await until(() => began().length === 1, 'the repair has begun')
  child.kill('SIGKILL')
  await exited

  const { probe, results, requests } = startProbe(
    folder,
    { services: [{ name: 'slow', tcp: { port }, start, bad_samples: 1, good_samples: 1, verify_s: 0.1 }] },
    () => ({ status: 'approved' }),
  )
  const inspection = await probe.inspectNow()
  expect(inspection.actions_taken).toMatchObject([{ level: 'L2', result: 'failed', subject: 'slow' }])
  expect(inspection.actions_taken[0]?.details).toContain('interrupted')
  expect(inspection.actions_taken[0]?.details).toContain('the fault is still there')
  await until(() => results.length === 1, 'the monitor is told')
  expect(results[0]).toMatchObject({ status: 'failed', decision_id: 41 })
  for (let round = 0; round < 3; round += 1) await probe.inspectNow()
  expect(requests).toEqual([])
  expect(began()).toHaveLength(1)
})
