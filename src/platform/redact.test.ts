import { describe, expect, test } from 'vitest'
import { isSecretName, redactSecrets, scrubText } from './redact.ts'

describe('a secret never leaves by its name', () => {
  test.each([
    ...['password', 'admin_password', 'token', 'registration_token', 'access_token', 'api_key', 'apiKey', 'secret_key'],
    ...['Authorization', 'X-API-Key', 'x-secret-key', 'Cookie', 'Set-Cookie', 'client_secret', 'CORTEX_UPSTREAM_TOKEN'],
  ])('%s', (name) => expect(isSecretName(name)).toBe(true))

  test.each(['agent_id', 'token_type', 'max_output_tokens', 'key', 'secret_key_file', 'path'])(
    '%s is no secret',
    (name) => expect(isSecretName(name)).toBe(false),
  )

  test('at any depth, in arrays, maps, headers and errors', () => {
    const error = Object.assign(new Error('failed', { cause: { token: 't1' } }), { password: 'p1' })
    const shown = JSON.stringify(
      redactSecrets({
        a: [{ b: { api_key: 'k1' } }],
        map: new Map([['password', 'p2']]),
        headers: new Headers({ authorization: 'Bearer x1' }),
        error,
      }),
    )
    expect(shown).not.toMatch(/k1|p1|p2|x1|t1/)
    expect(shown).toContain('failed')
  })
})

test('a value that contains itself is cut instead of looping', () => {
  const self: Record<string, unknown> = { name: 'x' }
  self['self'] = self
  expect(redactSecrets(self)).toEqual({ name: 'x', self: '[circular]' })
})

test('an absent secret stays visibly absent', () => {
  expect(redactSecrets({ api_key: undefined, token: null })).toEqual({ api_key: undefined, token: null })
})

describe('a secret inside text is hidden', () => {
  test.each([
    ['connect postgres://cortex:hunter2@db:5432/x failed', 'connect postgres://cortex:[redacted]@db:5432/x failed'],
    ['key cortex_ak_abcDEF-123_x refused', 'key cortex_ak_[redacted] refused'],
    ['Authorization: Bearer eyJhbGciOi.J9.xyz', 'Authorization: Bearer [redacted]'],
    ['GET /ws?token=abc123&x=1', 'GET /ws?token=[redacted]&x=1'],
    ['{"a":1,"api_key":"x\\"y","b":2}', '{"a":1,"api_key":"[redacted]","b":2}'],
    ['nothing to hide at http://host:3333/a@b', 'nothing to hide at http://host:3333/a@b'],
  ])('%s', (text, expected) => expect(scrubText(text)).toBe(expected))
})
