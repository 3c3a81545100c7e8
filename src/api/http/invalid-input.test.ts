import { expect, test } from 'vitest'
import { z } from 'zod'
import { Registration } from '../../contract/cluster.ts'
import { invalidInput } from './invalid-input.ts'

function refused(schema: z.ZodType, input: unknown, language: 'zh' | 'en') {
  const result = schema.safeParse(input)
  if (result.success) throw new Error('the input was meant to be wrong')
  const error = invalidInput(result.error, input, language)
  return { text: error.text[language], issues: error.details?.issues as Array<{ path: string; message: string }> }
}

test('the message names the first field, the details name all, in the language of the caller', () => {
  const input = { agent_id: 7, name: '', metadata: [] }
  const zh = refused(Registration, input, 'zh')
  expect(zh.text).toBe('请求参数无效：agent_id: 无效输入：期望 string，实际接收 数字')
  expect(zh.issues.map((issue) => issue.path)).toEqual(['agent_id', 'name', 'metadata', 'registration_token'])
  expect(zh.issues.at(-1)?.message).toBe('必填')

  const en = refused(Registration, input, 'en')
  expect(en.text).toBe('Invalid request: agent_id: Invalid input: expected string, received number')
  expect(en.issues.at(-1)?.message).toBe('is required')
})

test.each([
  [z.object({ a: z.array(z.object({ b: z.int() })) }), { a: [{ b: 1 }, { b: 'x' }] }, 'a.1.b'],
  [z.object({ a: z.string() }), [], 'body'],
  [z.object({ at: z.iso.datetime() }), { at: 'yesterday' }, 'at'],
  [z.object({ limit: z.coerce.number().min(1).max(1000) }), { limit: '5000' }, 'limit'],
])('a field is named by its path: %#', (schema, input, path) => {
  expect(refused(schema, input, 'zh').text).toContain(path)
  expect(refused(schema, input, 'en').text).toContain(path)
})

test('a body that is wrong everywhere does not make an endless answer', () => {
  const schema = z.object({ list: z.array(z.string()) })
  expect(refused(schema, { list: Array.from({ length: 5_000 }, () => 1) }, 'en').issues).toHaveLength(50)
})
