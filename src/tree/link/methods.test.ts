import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { LinkMethods } from '../../contract/link.ts'
import { ask } from './ask.ts'
import { encodeBody } from './headers.ts'
import { createMethods } from './methods.ts'
import type { CallContext } from './methods.ts'

const context: CallContext = { via: ['root'], meta: {}, deadlineMs: 1_000, signal: new AbortController().signal }
const double = {
  name: 'double',
  params: z.object({ n: z.number() }),
  result: z.object({ n: z.number() }),
  handle: ({ n }: { n: number }) => ({ n: 2 * n }),
}

describe('methods', () => {
  test('parse what comes in and what goes out', async () => {
    const methods = createMethods()
    methods.register(double)
    const answer = await methods.call('double')?.(encodeBody({ n: 2, more: 'dropped' }), context)
    expect(Buffer.from(answer ?? []).toString()).toBe('{"n":4}')
  })

  test.each([
    ['no JSON', Buffer.from('{')],
    ['nothing', Buffer.alloc(0)],
    ['no UTF-8', Buffer.from([0xff])],
    ['another shape', encodeBody({ n: '2' })],
  ])('refuse %s with INVALID_REQUEST', async (_name, body) => {
    const methods = createMethods()
    methods.register(double)
    methods.registerStream({ name: 'flow', params: double.params, handle: async () => undefined })
    await expect(methods.call('double')?.(body, context)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      status: 400,
    })
    expect(() => methods.stream('flow')?.(body)).toThrow(expect.objectContaining({ code: 'INVALID_REQUEST' }))
  })

  test('an answer of another shape than promised never leaves', async () => {
    const methods = createMethods()
    methods.register({ ...double, handle: () => ({ n: Number.NaN }) })
    await expect(methods.call('double')?.(encodeBody({ n: 1 }), context)).rejects.toBeInstanceOf(z.ZodError)
  })

  test('a name is taken once', () => {
    const methods = createMethods()
    methods.register(double)
    expect(() =>
      methods.registerStream({ name: 'double', params: z.object({}), handle: async () => undefined }),
    ).toThrow(/twice/)
    expect(methods.call('toString')).toBeUndefined()
  })
})

describe('asking a method of the contract', () => {
  const command = { uid: 'command-1', target: 'leaf', kind: 'alert.acknowledge', payload: {} }

  test('gives the parsed answer', async () => {
    const carry = async () => ({ accepted: ['command-1'] })
    expect(await ask(carry, 'leaf', 'command.deliver', { commands: [command] }, { deadlineMs: 1 })).toEqual({
      accepted: ['command-1'],
    })
  })

  test('an answer of another shape is the fault of the asked node', async () => {
    const carry = async () => ({ accepted: 'all' })
    const asked = ask(carry, 'leaf', 'command.deliver', { commands: [command] }, { deadlineMs: 1 })
    await expect(asked).rejects.toMatchObject({ reason: 'REMOTE', hop: 'leaf' })
  })

  test('every method of the contract can be registered as it stands, and refuses another shape before its handler runs', async () => {
    const methods = createMethods()
    for (const [name, schemas] of Object.entries(LinkMethods)) {
      const handle = vi.fn(() => ({}))
      methods.register<z.ZodType, z.ZodType>({ name, ...schemas, handle })
      for (const body of [[], 'all', null]) {
        const asked = methods.call(name)?.(encodeBody(body), context)
        await expect(asked, name).rejects.toMatchObject({ code: 'INVALID_REQUEST', details: { method: name } })
      }
      expect(handle).not.toHaveBeenCalled()
    }
  })
})
