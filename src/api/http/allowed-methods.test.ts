import { expect, test } from 'vitest'
import { allowedMethods } from './allowed-methods.ts'

const routes = [
  { method: 'ALL', path: '/*' },
  { method: 'GET', path: '/api/v1/alerts' },
  { method: 'GET', path: '/api/v1/alerts/:id' },
  { method: 'POST', path: '/api/v1/alerts/:id/ack' },
  { method: 'DELETE', path: '/api/v1/auth/api-keys/:id' },
  { method: 'POST', path: '/api/v1/alerts' },
  { method: 'POST', path: '/api/v1/alerts' },
  { method: 'GET', path: '/*' },
]

test.each([
  ['/api/v1/alerts', ['GET', 'POST']],
  ['/api/v1/alerts/7', ['GET']],
  ['/api/v1/alerts/7/ack', ['POST']],
  ['/api/v1/alerts/', []],
  ['/api/v1/nothing', []],
  ['/', []],
])('%s is answered by %j', (path, methods) => {
  expect(allowedMethods(routes, path)).toEqual(methods)
})
