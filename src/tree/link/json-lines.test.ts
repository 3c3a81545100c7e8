import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonLine, readJsonLines } from './json-lines.ts'

const Item = z.object({ n: z.number(), text: z.string() })

function source(...chunks: Uint8Array[]) {
  return { read: async () => chunks.shift() ?? null }
}
async function all(from: ReturnType<typeof source>) {
  const items: unknown[] = []
  for await (const item of readJsonLines(from, Item)) items.push(item)
  return items
}
const items = [
  { n: 1, text: '你好' },
  { n: 2, text: 'a\nb' },
]
const bytes = Buffer.concat(items.map(jsonLine))

test('lines are read whole, wherever the bytes were cut, also inside a character', async () => {
  expect(await all(source(bytes))).toEqual(items)
  expect(await all(source(...[...bytes].map((byte) => Uint8Array.of(byte))))).toEqual(items)
})

test('a line of another shape, and one without an end, are refused', async () => {
  await expect(all(source(Buffer.from('{"n":"1"}\n')))).rejects.toThrow()
  await expect(all(source(...Array.from({ length: 33 }, () => Buffer.alloc(32 * 1024, 'x'))))).rejects.toThrow(
    RangeError,
  )
})
