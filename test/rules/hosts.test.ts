import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { plantTree, type TreeNode } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { deskOf, generously, type RuleDesk } from './rule-tree.ts'

const tree = plantTree()
const scratch = mkdtempSync(join(tmpdir(), 'cortex-rules-'))
let leaf: TreeNode
let atRoot: RuleDesk
beforeAll(async () => {
  const root = await tree.monitor('root', { inside: true, env: generously })
  const region = await tree.monitor('region', { inside: true, probe: true, parents: [root.url], env: generously })
  const env = { CORTEX_DOCKER_SOCKET: join(scratch, 'no-engine.sock') }
  leaf = await tree.leaf('leaf', { parents: [region.url], env })
  atRoot = await deskOf(root)
  await atRoot.numberOf('leaf')
})
afterAll(async () => {
  await tree.close()
  rmSync(scratch, { recursive: true, force: true })
})

const recordOf = (type: string, resolved: boolean) =>
  until(
    `the ${type} alert is ${resolved ? 'over' : 'open'}`,
    async () => {
      const [newest] = await atRoot.records(`&alert_type=${type}`)
      return newest?.resolved === resolved && newest
    },
    20_000,
  )

test('a process that does not run on a leaf two levels down is an alert at the root, until it runs', async () => {
  const name = `cortexrule${process.pid}`
  copyFileSync('/bin/sleep', join(scratch, name))
  const server_id = await atRoot.numberOf('leaf')
  await atRoot.make({ type: 'process', target: name, server_id, name: 'must run' })
  await atRoot.make({ type: 'process', target: 'node', server_id, name: 'does run' })
  const record = await recordOf('process', false)
  expect(record).toMatchObject({ agent_id: 'leaf', value: 0, threshold: 1, resolved: false })
  expect(record.subject).toContain(`:${name}`)
  const child = spawn(join(scratch, name), ['600'], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  await recordOf('process', true)
  expect((await atRoot.records('&alert_type=process')).map(({ subject }) => subject)).toEqual([record.subject])
})

test('the host of a region is judged by the region itself, not by the averages that it sends up', async () => {
  await atRoot.make({ type: 'disk', threshold: 0, server_id: await atRoot.numberOf('region') })
  expect(await recordOf('disk', false)).toMatchObject({ agent_id: 'region', threshold: 0 })
})

test('a container on a host without an engine does not run, and the alert says why', async () => {
  await atRoot.make({ type: 'container', target: 'web', server_id: await atRoot.numberOf('leaf') })
  const record = await recordOf('container', false)
  expect(record).toMatchObject({ value: 0, threshold: 1 })
  expect(record.description).toContain('engine is not available')
})

test('a leaf that is not online for the time of a status rule is an alert, until it is back', async () => {
  await atRoot.make({ type: 'status', name: 'away', severity: 'critical', duration: 1 })
  await leaf.kill()
  expect(await recordOf('status', false)).toMatchObject({ agent_id: 'leaf', severity: 'critical', value: null })
  // The tree's own alert stands beside it.
  expect(await recordOf('node_offline', false)).toMatchObject({ agent_id: 'leaf' })
  await leaf.start()
  await recordOf('status', true)
})
