import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventSchemas } from '../../src/contract/events.ts'
import { expectData } from '../support/http.ts'
import { type ApiNode, issue, type Leaf, startApiNode } from './api-node.ts'
import { sectionOf } from './examples.ts'
import { newAlert } from './operations.ts'
import { hasProgram, type Outcome, runExample } from './run-example.ts'

const agentId = 'node-prod-001'
const shims = new URL('../support/example-shims/', import.meta.url)
/** The password that the curl example logs in with. */
const password = 'your-password'

let node: ApiNode
let leaf: Leaf
let token: string
beforeAll(async () => {
  node = await startApiNode({ CORTEX_ADMIN_PASSWORD: password })
  leaf = await node.join(agentId)
  const login = expectData(await node.anonymous.post('/auth/login', { username: 'admin', password }))
  token = String(login['access_token'])
})
afterAll(() => node?.close())

/** An example as it is written, but for the address and what is secret. */
function written(title: string, language: string): string {
  const block = sectionOf(title).blocks.find((one) => one.language === language)
  if (!block) throw new Error(`${title} has no example in ${language}`)
  return block.text
    .replaceAll('https://monitor.example.com', node.url)
    .replaceAll('wss://monitor.example.com', node.url.replace('http', 'ws'))
    .replaceAll('cortex_ak_abc123...', leaf.key)
    .replaceAll('{jwt_token}', token)
    .replaceAll('eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9...', token)
}

const succeeded = ({ code, out, err }: Outcome): unknown => {
  expect({ code, err: err.replaceAll(/^\s*[%\d].*$|^\s+Dload.*$/gm, '').trim() }).toEqual({ code: 0, err: '' })
  return JSON.parse(out)
}

test.skipIf(!hasProgram('curl'))('the curl examples run as they are written', async () => {
  const run = async (title: string) =>
    succeeded(await runExample(['sh'], { name: 'example.sh', text: `set -e\n${written(title, 'bash')}` }))
  expect(await run('1. 上报数据')).toMatchObject({
    success: true,
    data: { l2_decisions: [] },
    message: '报告已接收并处理',
  })
  expect(await run('2. 用户登录')).toMatchObject({
    success: true,
    data: { token_type: 'bearer', user: { username: 'admin' } },
  })
  expect(await run('3. 查询节点列表')).toMatchObject({
    success: true,
    data: { total: 1, online: 1, offline: 0, nodes: [{ agent_id: agentId, health_status: 'healthy' }] },
  })
})

test.skipIf(!hasProgram('python3'))('the Python examples run as they are written', async () => {
  const report = {
    agent_id: agentId,
    timestamp: new Date().toISOString(),
    status: 'healthy',
    metrics: { cpu_percent: 1, memory_percent: 2, disk_percent: 3, load_average: [0, 0, 0], uptime_seconds: 4 },
  }
  const asked = {
    type: 'service_down',
    description: 'nginx 服务意外停止',
    severity: 'high',
    proposed_fix: 'systemctl restart nginx',
  }
  const text = `${written('Python 示例', 'python')}
import asyncio, json
async def main():
    received = await send_report(json.loads(${JSON.stringify(JSON.stringify(report))}))
    status = await request_decision(json.loads(${JSON.stringify(JSON.stringify(asked))}))
    print(json.dumps({"received": received, "status": status}))
asyncio.run(main())
`
  const outcome = await runExample(
    ['python3'],
    { name: 'example.py', text },
    {
      env: { PYTHONPATH: shims.pathname, PYTHONDONTWRITEBYTECODE: '1' },
    },
  )
  expect(succeeded(outcome)).toMatchObject({
    received: { success: true, data: { report_id: expect.any(Number) } },
    status: 'approved',
  })
})

test('the TypeScript examples run as they are written, and the socket says what happened', async () => {
  const id = await newAlert(node, leaf)
  // The examples only define; below them stands what calls them, and says when the socket is open.
  const text = `${written('TypeScript/JavaScript 示例', 'typescript').replace("'axios'", `'${new URL('axios.mjs', shims).href}'`)}
ws.onopen = async () => {
  console.log(JSON.stringify({ nodes: await getClusterNodes(), ack: await acknowledgeAlert(${id}, 'seen to') }))
  console.log('all called')
}
`
  const reported: Array<Promise<unknown>> = []
  const { out, err } = await runExample(
    [process.execPath],
    { name: 'example.ts', text },
    {
      env: { NODE_NO_WARNINGS: '1' },
      onOut(shown, end) {
        const crash = issue('database_crash', { description: '数据库崩溃' })
        if (shown.includes('all called')) reported[0] ??= leaf.report({ status: 'critical', issues: [crash] })
        if (shown.includes("type: 'database_crash'")) end()
      },
    },
  )
  await Promise.all(reported)

  const [called = ''] = out.split('\n').filter((line) => line.startsWith('{"nodes"'))
  expect(JSON.parse(called || JSON.stringify({ out, err }))).toMatchObject({
    nodes: { total: 1, nodes: [{ agent_id: agentId }] },
    ack: {
      success: true,
      data: { alert_id: id, status: 'acknowledged', acknowledged_by: 'admin' },
      message: '告警已确认',
    },
  })
  expect(expectData(await node.admin.get(`/alerts/${id}`))).toMatchObject({
    notes: 'seen to',
    acknowledged_by: 'admin',
  })
  expect(out).toContain('新告警:')
  for (const field of Object.keys(eventSchemas.new_alert.shape)) expect(out).toContain(field)
})
