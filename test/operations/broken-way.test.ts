import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { until } from '../support/until.ts'
import { openTerminal, quietPrompt } from './terminal-client.ts'
import { auditOfMonitor, threeLevels } from './three-levels.ts'

test('with the region dead, calls are 503 naming the hop, a terminal closes with a reason, and all comes back with it', async () => {
  const levels = await threeLevels()
  onTestFinished(() => levels.close(), 30_000)
  const { http, ids, region, root, scratch } = levels
  const files = `/servers/${ids.leaf}/files`
  const path = join(scratch, 'later.txt')
  const sessions = `/servers/${ids.leaf}/terminal/sessions`
  const made = await http.post(sessions, { shell: '/bin/bash', working_dir: '/tmp' })
  const { session_id } = z.object({ session_id: z.string() }).parse(made.body)
  const address = `${root.url.replace('http', 'ws')}/ws/servers/${ids.leaf}/terminal?session=${session_id}`
  const terminal = await openTerminal(address)
  await quietPrompt(terminal)

  await region.kill()
  expect((await terminal.note('error')).data).toMatchObject({ code: 'SERVER_OFFLINE' })
  expect(await terminal.closed()).toMatchObject({ code: 1011, reason: 'the terminal was lost' })

  for (const answer of [
    await http.get(`/servers/${ids.leaf}/processes`),
    await http.get(`${files}/content?path=${encodeURIComponent(path)}`),
    await http.put(`${files}/content`, { path, content: 'x' }),
  ]) {
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 503, body: { code: 'SERVER_OFFLINE' } })
    expect(JSON.stringify(answer.body)).toContain('region')
  }
  expect(await auditOfMonitor(root, 'leaf')).toContainEqual(
    expect.objectContaining({ actor: 'ann', action: 'files.write.failed' }),
  )

  await region.start()
  await until('the leaf is reached again', async () => {
    return (await http.put(`${files}/content`, { path, content: 'x' })).status === 200
  })
  const again = await openTerminal(address)
  await again.sees('ready')
  again.type("echo sur''vived\r")
  await again.sees('survived')
  again.close()
}, 90_000)
