import { TrieRouter } from 'hono/router/trie-router'
import { expect, test } from 'vitest'
import { rememberStaticPaths } from './remembering-router.ts'

function counted() {
  const inner = new TrieRouter<string>()
  const asked: string[] = []
  const router = rememberStaticPaths<string>({
    name: 'counted',
    add: (...route) => inner.add(...route),
    match(method, path) {
      asked.push(`${method} ${path}`)
      return inner.match(method, path)
    },
  })
  const handlers = (method: string, path: string) => router.match(method, path)[0].map(([handler]) => handler)
  return { router, asked, handlers }
}

test('a path that is a route is searched once for each method, with all that stands before it', () => {
  const { router, asked, handlers } = counted()
  router.add('ALL', '*', 'basics')
  router.add('POST', '/reports', 'take')
  router.add('GET', '/reports', 'list')
  for (let i = 0; i < 3; i++) {
    expect(handlers('POST', '/reports')).toEqual(['basics', 'take'])
    expect(handlers('GET', '/reports')).toEqual(['basics', 'list'])
  }
  expect(asked).toEqual(['POST /reports', 'GET /reports'])
})

test('nothing is remembered of paths that callers make up', () => {
  const { router, asked, handlers } = counted()
  router.add('GET', '/nodes/:id', 'node')
  expect(router.match('GET', '/nodes/1')).toMatchObject([[['node', { id: '1' }]]])
  expect(router.match('GET', '/nodes/2')).toMatchObject([[['node', { id: '2' }]]])
  expect([handlers('GET', '/x'), handlers('GET', '/x')]).toEqual([[], []])
  expect(asked).toHaveLength(4)
})

test('a route that comes later counts for paths that were searched before', () => {
  const { router, handlers } = counted()
  router.add('GET', '/nodes', 'list')
  expect(handlers('GET', '/nodes')).toEqual(['list'])
  router.add('ALL', '/*', 'after')
  expect(handlers('GET', '/nodes')).toEqual(['list', 'after'])
})
