import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { HostAuditPage } from '../../src/contract/audit.ts'
import { auditOfMonitor, type ThreeLevels, threeLevels } from '../operations/three-levels.ts'
import { execute } from '../support/execute.ts'
import { expectData, httpClient, login } from '../support/http.ts'
import { adminPassword } from '../support/tree.ts'

let levels: ThreeLevels
beforeAll(async () => {
  levels = await threeLevels()
})
afterAll(() => levels?.close())

const nobody = 65_534
const regionDatabase = () => levels.region.databaseUrl ?? ''
const onLeaf = (path: string) => `/servers/${levels.ids.leaf}${path}`

async function sleeper() {
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  const child = spawn('sleep', ['600'], { stdio: 'ignore', cwd: '/', ...user })
  const exited = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child, 'spawn')
  return { pid: Number(child.pid), exited }
}
const kill = (pid: number) => levels.http.post(onLeaf(`/processes/${pid}/kill`), { signal: 'TERM' })

test('an act at the root on a leaf stands in the log of root, region and leaf, with the person’s name', async () => {
  const { pid, exited } = await sleeper()
  expect(await kill(pid)).toMatchObject({ status: 200 })
  await exited
  const act = { action: 'processes.kill', target: 'leaf', details: expect.objectContaining({ on: String(pid) }) }
  expect(await auditOfMonitor(levels.root, 'leaf')).toContainEqual({ ...act, actor: 'ann' })
  expect(await auditOfMonitor(levels.region, 'leaf')).toContainEqual({ ...act, actor: 'ann@root' })

  const admin = await login(httpClient(`${levels.root.url}/api/v1`), 'admin', adminPassword)
  const page = HostAuditPage.parse(expectData(await admin.get('/audit/nodes/leaf?limit=10')))
  expect(page).toMatchObject({ intact: true, broken_at: null })
  expect(page.entries).toContainEqual(
    expect.objectContaining({ actor: 'ann@root', action: 'processes.kill', target: String(pid) }),
  )
  expect(page.head.seq).toBe(page.entries[0]?.id)
})

test('a stream stands in the log of the region too', async () => {
  const path = `${levels.scratch}/not-there`
  expect((await levels.http.get(onLeaf(`/files/content?path=${encodeURIComponent(path)}`))).status).toBe(404)
  expect(await auditOfMonitor(levels.region, 'leaf')).toContainEqual(
    expect.objectContaining({
      actor: 'ann@root',
      action: 'files.content',
      details: expect.objectContaining({ on: path }),
    }),
  )
})

test('what only looks leaves nothing in the region’s log', async () => {
  const before = await auditOfMonitor(levels.region, 'leaf')
  expect(await levels.http.get(onLeaf('/processes'))).toMatchObject({ status: 200 })
  expect(await auditOfMonitor(levels.region, 'leaf')).toEqual(before)
})

test('what a region cannot log does not pass it: 503 names the region, and the host never hears of it', async () => {
  const { pid } = await sleeper()
  await execute(
    regionDatabase(),
    `alter table audit_log add constraint full_disk check (action <> 'processes.kill') not valid`,
  )
  try {
    const answer = await kill(pid)
    expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 503 })
    expect(JSON.stringify(answer.body)).toContain('region')
    expect(() => process.kill(pid, 0)).not.toThrow()
    expect(await levels.http.get(onLeaf('/processes'))).toMatchObject({ status: 200 })
  } finally {
    await execute(regionDatabase(), `alter table audit_log drop constraint full_disk`)
  }
  expect(await kill(pid)).toMatchObject({ status: 200 })
})
