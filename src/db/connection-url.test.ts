import { describe, expect, test } from 'vitest'
import { connectionUrl, socketOptions, withDatabase, withoutPassword } from './connection-url.ts'

const socket = { host: '/run/my cortex', port: 5432, database: 'cortex', username: 'cortex', password: 'p@/s:%' }

describe('a URL of a unix socket', () => {
  test('carries every option there and back', () => {
    expect(socketOptions(connectionUrl(socket))).toEqual(socket)
  })

  test.each([
    ['postgres://u:p@%2Frun%2Fx/db', { host: '/run/x', port: 5432, database: 'db', username: 'u', password: 'p' }],
    [
      'postgres://u:p@h/db?host=/run/x&port=77',
      { host: '/run/x', port: 77, database: 'db', username: 'u', password: 'p' },
    ],
    [
      'postgresql:///db?host=/run/x&user=u&password=p',
      { host: '/run/x', port: 5432, database: 'db', username: 'u', password: 'p' },
    ],
    ['postgres://u:p@127.0.0.1:5432/db', undefined],
    ['postgres://u:p@db.example/db?sslmode=require', undefined],
  ])('%s is read as libpq reads it', (url, expected) => {
    expect(socketOptions(url)).toEqual(expected)
  })
})

test('a password never reaches a message', () => {
  expect(withoutPassword('postgres://u:secret@db:5432/x')).toBe('postgres://u@db:5432/x')
  expect(withoutPassword('postgres:///x?host=/run&user=u&password=secret')).not.toContain('secret')
})

test('the database of a URL is replaced, its options stay', () => {
  expect(withDatabase('postgres://u:p@db/x?sslmode=require', 'y')).toBe('postgres://u:p@db/y?sslmode=require')
})
