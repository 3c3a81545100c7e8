import { afterAll, beforeAll, expect, test } from 'vitest'
import { expectData, expectError, type HttpClient } from '../support/http.ts'
import { type ApiNode, expiredTokenOf, type Leaf, type Person, startApiNode } from './api-node.ts'
import { allowed, nameOf, type Operation, operations, send, soundRequest } from './operations.ts'
import { stateOf } from './state.ts'

let node: ApiNode
let leaf: Leaf
let person: Person
let wrongTokens: Record<string, string>
let wrongKeys: Record<string, string>
beforeAll(async () => {
  node = await startApiNode()
  leaf = await node.join('node-prod-001')
  person = await node.person('admin')
  const end = person.token.lastIndexOf('.') + 1
  wrongTokens = {
    garbage: 'x.y.z',
    'with another signature': person.token.slice(0, end) + person.token.slice(end).split('').toReversed().join(''),
    'that has ended': await expiredTokenOf(person),
    'of another use': String(expectData(await person.api.post('/auth/ws-ticket'))['ticket']),
    'that is the key of a node': leaf.key,
  }
  wrongKeys = {
    garbage: 'x',
    'that nobody was given': `cortex_ak_${'a'.repeat(64)}`,
    revoked: await keyThat(({ api_key_id }) => node.admin.delete(`/auth/api-keys/${api_key_id}`)),
    'that has ended': await keyThat(
      ({ api_key_id }) => node.sql`update api_keys set expires_at = now() - interval '1 s' where id = ${api_key_id}`,
    ),
    'that is the token of a person': person.token,
  }
})
afterAll(() => node?.close())

/** A new key of the leaf, to which something has happened. */
async function keyThat(happened: (issued: { api_key_id: number }) => PromiseLike<unknown>): Promise<string> {
  const issued = expectData(await node.admin.post('/auth/api-keys', { agent_id: leaf.agentId, name: 'spare' }))
  await happened({ api_key_id: Number(issued['api_key_id']) })
  return String(issued['api_key'])
}

const named = (chosen: readonly Operation[]) => chosen.map((operation) => [nameOf(operation), operation] as const)
const guarded = operations.filter(({ access }) => access !== 'everybody')
const withBody = operations.filter(({ body }) => body)
const withNumber = operations.filter(({ path }) => /\{\w+\}/.test(path) && !path.includes('{agent_id}'))
const withId = operations.filter(({ id }) => id)

/** Sends something that must be refused, and leaves no trace. */
async function expectRefusal(
  status: number,
  code: string,
  ask: () => ReturnType<HttpClient['get']>,
): Promise<ReturnType<typeof expectError>> {
  const before = await stateOf(node.sql)
  const error = expectError(await ask(), status, code)
  expect(await stateOf(node.sql)).toEqual(before)
  return error
}

test.each(named(guarded))(
  '%s: 401 without a credential, says with which one, and in both languages',
  async (_name, operation) => {
    const { path, body } = await soundRequest(operation, node, leaf)
    const before = await stateOf(node.sql)
    const answer = await send(node.anonymous, operation, path, body)
    const chinese = expectError(answer, 401, 'UNAUTHORIZED')
    expect(chinese.message).toMatch(operation.access === 'node' ? /缺少 API Key/ : /未登录/)
    expect(answer.headers.get('www-authenticate')).toContain(operation.access === 'node' ? 'ApiKey' : 'Bearer')
    const english = await send(node.anonymous.with({ 'Accept-Language': 'en-GB,en;q=0.9' }), operation, path, body)
    expect(expectError(english, 401, 'UNAUTHORIZED').message).toMatch(/is missing/)
    expect(await stateOf(node.sql)).toEqual(before)
  },
)

test.each(named(guarded))('%s: 401 with every credential that is not good', async (_name, operation) => {
  const { path, body } = await soundRequest(operation, node, leaf)
  const before = await stateOf(node.sql)
  if (operation.access !== 'node') {
    for (const [what, token] of Object.entries(wrongTokens)) {
      const answer = await send(node.anonymous.withToken(token), operation, path, body)
      const { details } = expectError(answer, 401, 'UNAUTHORIZED')
      expect(details['reason'], what).toBe(what === 'that has ended' ? 'expired' : 'invalid')
    }
  }
  if (['node', 'reads or node'].includes(operation.access)) {
    for (const key of Object.values(wrongKeys)) {
      expectError(await send(node.anonymous.withKey(key), operation, path, body), 401, 'UNAUTHORIZED')
    }
  }
  expect(await stateOf(node.sql)).toEqual(before)
})

const malformed: ReadonlyArray<[what: string, body: string, says: RegExp]> = [
  ['text that is no JSON', '{"agent_id": "node-prod-001", ', /不是有效的 JSON/],
  [
    'a NUL',
    '{"agent_id":"a\\u0000b","name":"\\u0000","data":"\\u0000","username":"\\u0000","status":"\\u0000"}',
    /NUL/,
  ],
  ['half a character', '{"agent_id":"\\ud800"}', /代理项/],
  ['a hundred levels', `${'['.repeat(100)}${']'.repeat(100)}`, /嵌套过深/],
  ['an array', '[]', /./],
  ['a text', '"text"', /./],
  ['null', 'null', /./],
]
test.each(named(withBody))('%s: 400 for a body that is none, and nothing has changed', async (_name, operation) => {
  const { path } = await soundRequest(operation, node, leaf)
  const client = allowed(operation, node, leaf)
  for (const [what, body, says] of malformed) {
    const { message } = await expectRefusal(400, 'INVALID_REQUEST', () => send(client, operation, path, body))
    expect(message, what).toMatch(says)
  }
})

test.each(named(withBody))(
  '%s: 400 names each field of a wrong type, and nothing has changed',
  async (_name, operation) => {
    const { path, body = {} } = await soundRequest(operation, node, leaf)
    const client = allowed(operation, node, leaf)
    const fields = path === '/self/inspect' ? ['agent_id'] : Object.keys(body)
    for (const field of fields) {
      const error = await expectRefusal(400, 'INVALID_REQUEST', () =>
        send(client, operation, path, {
          ...body,
          [field]: Array.isArray(body[field]) ? { of: 'another type' } : ['of another type'],
        }),
      )
      expect(error.message).toContain(field)
      const issues = error.details['issues'] as Array<{ path: string }>
      expect(issues.filter(({ path }) => path.split('.')[0] !== field)).toEqual([])
    }
  },
)

test.each(named(withBody.filter(({ bodyOptional }) => !bodyOptional)))(
  '%s: 400 without a body',
  async (_name, operation) => {
    const { path } = await soundRequest(operation, node, leaf)
    await expectRefusal(400, 'INVALID_REQUEST', () => send(allowed(operation, node, leaf), operation, path, ''))
  },
)

test.each(named(withBody.filter(({ bodyOptional }) => bodyOptional)))(
  '%s: the body may be left out',
  async (_name, operation) => {
    if (operation.path === '/self/inspect') return
    const { path } = await soundRequest(operation, node, leaf)
    expectData(await send(allowed(operation, node, leaf), operation, path))
  },
)

test.each(named(withBody))(
  '%s: 415 for another content type, 413 for a body that is too large',
  async (_name, operation) => {
    const { path, body } = await soundRequest(operation, node, leaf)
    const client = allowed(operation, node, leaf)
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      await expectRefusal(415, 'UNSUPPORTED_MEDIA_TYPE', () =>
        send(client.with({ 'Content-Type': type }), operation, path, JSON.stringify(body)),
      )
    }
    const maxBytes = operation.path === '/reports/batch' ? 4_194_304 : 1_048_576
    const { details } = await expectRefusal(413, 'PAYLOAD_TOO_LARGE', () =>
      send(client, operation, path, JSON.stringify({ ...body, padding: 'x'.repeat(maxBytes) })),
    )
    expect(details).toEqual({ max_bytes: maxBytes })
  },
)

const noNumbers = [
  'abc',
  '0',
  '-1',
  '1.5',
  '1e400',
  '9007199254740992',
  '%20',
  '0x1',
  '1e3',
  '%00',
  '%F0%9F%98%80',
  "1'--",
]
test.each(named(withNumber))('%s: 400 for what is no number of a row', async (_name, operation) => {
  const client = allowed(operation, node, leaf)
  for (const id of noNumbers) {
    const path = operation.path.replace(/\{\w+\}/, id)
    await expectRefusal(400, 'INVALID_REQUEST', () => send(client, operation, path, operation.body?.(leaf, node)))
  }
})

test.each(named(withId))(
  '%s: 404 for what is not there, with its number and nothing else',
  async (_name, operation) => {
    const path = operation.path.replace(/\{\w+\}/, operation.path.includes('{agent_id}') ? 'nobody' : '4711000')
    await expectRefusal(404, 'NOT_FOUND', () =>
      send(allowed(operation, node, leaf), operation, path, operation.body?.(leaf, node)),
    )
  },
)

const wrongQueries: Record<string, string[]> = {
  '/decisions': ['status=maybe', 'agent_id=%20', 'agent_id=..%2F', 'status=approved&status=rejected'],
  '/alerts': ['status=open', 'level=L4', 'level=l3', 'severity=huge', 'agent_id=%27'],
  '/intents': ['type=thought', 'since=yesterday', 'since=7y', 'since=2025-99-99', 'task_id=0', 'task_id=x'],
  '/cluster/nodes': ['status=up', 'health=ill', 'sort=owner', 'depth=-1', 'parent=%20', `q=${'x'.repeat(257)}`],
  '/cluster/topology': ['depth=-1', 'depth=65', 'depth=deep', 'root=%20'],
  '/auth/api-keys': ['agent_id=%20'],
  '/auth/users': [],
}
const pages = [
  'limit=0',
  'limit=1001',
  'limit=-5',
  'limit=ten',
  'limit=1.5',
  'limit=',
  'limit=0x10',
  'limit=5&limit=6',
  'offset=-1',
  'offset=x',
  'offset=',
  'offset=1e99',
]
test.each(Object.entries(wrongQueries))(
  'GET %s: 400 for a filter or a page that does not exist, naming it',
  async (path, filters) => {
    const queries = path === '/cluster/topology' ? filters : [...filters, ...pages]
    for (const query of queries) {
      const error = await expectRefusal(400, 'INVALID_REQUEST', () => node.admin.get(`${path}?${query}`))
      expect(error.details['issues'], query).toEqual([
        { path: expect.stringContaining(query.split('=')[0] ?? ''), message: expect.any(String) },
      ])
    }
  },
)

test('a limit at its bounds is taken, and the default is the documented one', async () => {
  const defaults = { '/decisions': 50, '/alerts': 100, '/intents': 50, '/auth/users': 50, '/auth/api-keys': 50 }
  for (const [path, limit] of Object.entries(defaults)) {
    expect(expectData(await node.admin.get(path))).toMatchObject({ limit, offset: 0 })
    for (const bound of [1, 1000]) {
      expect(expectData(await node.admin.get(`${path}?limit=${bound}&offset=3`))).toMatchObject({
        limit: bound,
        offset: 3,
      })
    }
  }
})

/** The methods that the operations of the document have at a path. */
function methodsAt(path: string): string[] {
  const here = operations.filter((one) => new RegExp(`^${one.path.replace(/\{\w+\}/, '[^/]+')}$`).test(path))
  return [...new Set(here.map(({ method }) => method.toUpperCase()))].sort()
}

test('405 for every method that a path does not have, naming those it has', async () => {
  const client = node.unchecked.withToken(person.token)
  const senders = {
    GET: client.get,
    POST: (path: string) => client.post(path, {}),
    PUT: (path: string) => client.put(path, {}),
    PATCH: (path: string) => client.patch(path, {}),
    DELETE: client.delete,
  }
  const before = await stateOf(node.sql)
  for (const path of new Set(operations.map((one) => one.path.replace(/\{\w+\}/, '7')))) {
    const known = methodsAt(path)
    for (const [method, ask] of Object.entries(senders)) {
      if (known.includes(method)) continue
      const answer = await ask(path)
      expectError(answer, 405, 'METHOD_NOT_ALLOWED')
      const allow = answer.headers.get('allow')?.split(', ') ?? []
      expect(allow.filter((one) => one in senders).sort(), `${method} ${path}`).toEqual(known)
    }
  }
  expect(await stateOf(node.sql)).toEqual(before)
})

test('404 for a path that does not exist, whoever asks', async () => {
  for (const client of [node.unchecked, node.unchecked.withToken(person.token), node.unchecked.withKey(leaf.key)]) {
    for (const path of ['/nothing', '/alerts/1/forget', '/v2', '/../../etc/passwd', '/reports/']) {
      expectError(await client.get(path), 404, 'NOT_FOUND')
    }
  }
})
