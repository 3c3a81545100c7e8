import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { type ApiNode, startApiNode } from './api-node.ts'

const Parameter = z.looseObject({ name: z.string(), required: z.boolean().optional(), schema: z.looseObject({}) })
const Document = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ parameters: z.array(Parameter).default([]) }))),
})

let node: ApiNode
let document: z.infer<typeof Document>
beforeAll(async () => {
  node = await startApiNode()
  document = Document.parse((await node.unchecked.get('/openapi.json')).body)
})
afterAll(() => node?.close())

const parametersOf = (method: string, path: string) => document.paths[`/api/v1${path}`]?.[method]?.parameters ?? []

test('every endpoint of the API description is in the OpenAPI document, with its verb', () => {
  const text = readFileSync(new URL('../fixtures/cortex-api.md', import.meta.url), 'utf8')
  const described = [...text.matchAll(/\*\*端点\*\*：`(\w+) (\S+)`/g)].map(([, method = '', path = '']) => ({
    method,
    path,
  }))
  expect(described).toHaveLength(19)
  for (const { method, path } of described) {
    expect(Object.keys(document.paths[`/api/v1${path}`] ?? {}), path).toContain(method.toLowerCase())
  }
})

test.each([
  ['/decisions', ['agent_id', 'status', 'limit', 'offset']],
  ['/cluster/nodes', ['status', 'health']],
  ['/alerts', ['status', 'level', 'agent_id', 'severity', 'limit', 'offset']],
  ['/intents', ['task_id', 'type', 'since', 'limit']],
])('GET %s has the described query parameters, none of them required', (path, names) => {
  const parameters = parametersOf('get', path)
  expect(parameters.map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  expect(parameters.filter(({ required }) => required)).toEqual([])
})

test('numbers of paths and pages are said to be integers with their bounds', () => {
  for (const path of ['/decisions', '/alerts', '/intents', '/cluster/nodes', '/auth/users', '/auth/api-keys']) {
    const byName = new Map(parametersOf('get', path).map(({ name, schema }) => [name, schema]))
    expect(byName.get('limit'), path).toMatchObject({ type: 'integer', minimum: 1, maximum: 1000 })
    expect(byName.get('offset'), path).toMatchObject({ type: 'integer', minimum: 0, default: 0 })
  }
  const [id] = parametersOf('get', '/alerts/{alert_id}')
  expect(id).toMatchObject({ name: 'alert_id', required: true, schema: { type: 'integer', minimum: 1 } })
})
