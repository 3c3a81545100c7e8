import { expect, test } from 'vitest'
import { isPassing, openFailure } from './open-error.ts'

const failure = (code: string): Error => Object.assign(new Error(`said by the server: ${code}`), { code })

test.each([
  ['ECONNREFUSED', true],
  ['57P03', true],
  ['CONNECT_TIMEOUT', true],
  ['28P01', false],
  ['3D000', false],
  ['ENOTFOUND', false],
  ['XX000', false],
])('%s is worth another try: %s', (code, expected) => {
  expect(isPassing(failure(code))).toBe(expected)
})

test('the reason is named in both languages, an unknown one in the words of the server', () => {
  expect(openFailure('postgres://u@h/x', failure('3D000')).text.en).toContain('does not exist')
  expect(openFailure('postgres://u@h/x', failure('3D000')).text.zh).toContain('不存在')
  expect(openFailure('postgres://u@h/x', failure('XX000')).text.en).toContain('said by the server: XX000')
})
