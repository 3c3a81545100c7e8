import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hasProgram, type Outcome, runExample } from '../cortex-api/run-example.ts'
import { addServer, adminPassword, expectBody, measured, type Site, startSite } from './site.ts'

const shims = new URL('./example-shims/', import.meta.url)
const description = readFileSync(new URL('./better-monitor-api.md', import.meta.url), 'utf8')

let site: Site
let server: { id: number; key: string }
let count: number
beforeAll(async () => {
  site = await startSite()
  server = await addServer(site.admin, 'Web Server')
  expectBody(await site.withSecret(server.key).post(`/servers/${server.id}/monitor`, measured))
  count = Number(expectBody(await site.admin.get('/servers'))['total'])
})
afterAll(() => site?.close())

/** The example in this language as it is written, but for the address. */
function written(language: string): string {
  const block = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(description)?.[1]
  if (block === undefined) throw new Error(`the API description has no example in ${language}`)
  return block.replaceAll('localhost:3333', site.node.host)
}

function linesOf({ code, out, err }: Outcome): string[] {
  expect({ code, err }).toEqual({ code: 0, err: '' })
  return out.trim().split('\n')
}

/** A page has a place for its token, and its addresses are those of the site it came from. */
function inPage(calls: string): string {
  const page = `
const kept = new Map()
const localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) }
const fetch = (path, options) => globalThis.fetch(new URL(path, ${JSON.stringify(site.node.url)}), options)
`
  return page + written('javascript') + calls
}

test('the JavaScript example logs in and lists the servers', async () => {
  const calls = `
const { user } = await login('admin', ${JSON.stringify(adminPassword)})
const { servers } = await getServers()
console.log(JSON.stringify({ user, names: servers.map(({ name }) => name) }))
`
  const text = inPage(calls)
  const [line = ''] = linesOf(await runExample([process.execPath], { name: 'example.mjs', text }))
  expect(JSON.parse(line)).toMatchObject({
    user: { username: 'admin', role: 'admin' },
    names: expect.arrayContaining(['Web Server']),
  })
})

test('the JavaScript example opens the socket of a server and is told how it is', async () => {
  const calls = `
await login('admin', ${JSON.stringify(adminPassword)})
const ws = connectWebSocket(${server.id})
ws.addEventListener('message', ({ data }) => {
  if (JSON.parse(data).type === 'monitor_data') ws.close()
})
`
  const lines = linesOf(await runExample([process.execPath], { name: 'example.mjs', text: inPage(calls) }))
  expect(lines[0]).toBe('WebSocket连接已建立')
  expect(lines.filter((line) => line.startsWith('收到消息:'))).toHaveLength(2)
  expect(lines.join('\n')).toContain(`cpu_usage: ${measured.cpu_usage}`)
})

test.skipIf(!hasProgram('python3'))('the Python example logs in, counts the servers and reads a history', async () => {
  const calls = `
history = api.get_server_monitor(${server.id}, start_time='2024-01-01T00:00:00Z')
print(json.dumps(history))
`
  const outcome = await runExample(
    ['python3'],
    { name: 'example.py', text: written('python') + calls },
    { env: { PYTHONPATH: shims.pathname, PYTHONDONTWRITEBYTECODE: '1', PYTHONIOENCODING: 'utf-8' } },
  )
  const [counted, history = ''] = linesOf(outcome)
  expect(counted).toBe(`找到 ${count} 台服务器`)
  expect(JSON.parse(history)).toMatchObject({ data: [{ cpu_usage: measured.cpu_usage }] })
})

test('the request of the Go example is taken as it is sent, and its measurement is kept', async () => {
  const go = written('go')
  // Its body has the fields of its struct, in their order; its headers and address stand in the text.
  const fields = [...go.matchAll(/^\s+\w+\s+(?:float64|int64)\s+`json:"(\w+)"`$/gm)].map(([, name = '']) => name)
  expect(fields).toEqual(Object.keys(measured))
  const headers = new Headers()
  for (const [, name = '', value = ''] of go.matchAll(/req\.Header\.Set\("([^"]+)", ("[^"]*"|\w+)\)/g)) {
    headers.set(name, value === 'secretKey' ? server.key : value.replaceAll('"', ''))
  }
  const address = /fmt\.Sprintf\("([^"]+)", serverID\)/.exec(go)?.[1]?.replace('%d', String(server.id)) ?? ''
  const answer = await fetch(address, {
    method: /http\.NewRequest\("(\w+)"/.exec(go)?.[1] ?? '',
    headers,
    body: JSON.stringify({ ...measured, cpu_usage: 77.5 }),
  })
  expect(await answer.json()).toMatchObject({ success: true })
  const window = `?end_time=${new Date(Date.now() + 60_000).toISOString()}`
  const history = expectBody(await site.admin.get(`/servers/${server.id}/monitor${window}`))
  expect(history['data']).toContainEqual(expect.objectContaining({ cpu_usage: 77.5 }))
})
