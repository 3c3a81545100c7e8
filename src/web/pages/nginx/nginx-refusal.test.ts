import { expect, test } from 'vitest'
import { refusalOf } from './nginx-refusal.ts'

const failure = (status: number, details: Record<string, unknown>) => ({
  code: 'UNPROCESSABLE',
  status,
  message: 'nginx refuses this',
  details,
  retryAfterS: null,
})
const path = '/etc/nginx/sites-available/shop'

test('a message about the file, also by the link to it, has its line', () => {
  const file = '/etc/nginx/sites-enabled/shop'
  const details = { message: 'unknown directive "retrun"', file, line: 4, output: 'nginx: [emerg] …' }
  expect(refusalOf(failure(422, details), path)).toEqual({
    message: 'unknown directive "retrun"',
    line: 4,
    output: 'nginx: [emerg] …',
  })
})

test('a message about another file, or about none, is shown whole and at no line', () => {
  for (const details of [{ message: 'x', file: '/etc/nginx/nginx.conf', line: 4 }, { message: 'x', file: null }, {}]) {
    expect(refusalOf(failure(422, details), path)).toEqual({ message: 'nginx refuses this', line: null, output: '' })
  }
})

test('what is no refusal of nginx is none', () => {
  expect(refusalOf(failure(409, { message: 'x' }), path)).toBeNull()
})
