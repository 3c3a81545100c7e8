import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LinkError } from './fault.ts'
import { MAX_DATA_BYTES } from './frame.ts'
import { MAX_WINDOW_BYTES, costOf } from './limits.ts'
import { MAX_UNSENT_BYTES, createStreamEnd } from './stream.ts'

const WINDOW = 4096

function setup({ creditBytes = 0, windowBytes = WINDOW } = {}) {
  const log: string[] = []
  const end = createStreamEnd({
    target: 'leaf',
    windowBytes,
    creditBytes,
    port: {
      data: (bytes) => void log.push(`data ${bytes.length}`),
      credit: (bytes) => void log.push(`credit ${bytes}`),
      end: () => void log.push('end'),
      reset: (error) => void log.push(`reset ${error.message}`),
      finished: () => void log.push('finished'),
    },
  })
  return { log, end, stream: end.stream }
}

const text = (bytes: Uint8Array | null): string | null => bytes && Buffer.from(bytes).toString()
const boom = new LinkError('LINK_LOST', 'region')

describe('writing', () => {
  test('waits for credit, spends no more than it has, and resolves when all is sent', async () => {
    const { log, end, stream } = setup()
    let done = false
    const writing = stream.write(Buffer.alloc(100)).then(() => void (done = true))
    expect(log).toEqual([])
    end.onCredit(64 + 30)
    await Promise.resolve()
    expect([log, done]).toEqual([['data 30'], false])
    end.onCredit(64)
    expect(log).toEqual(['data 30'])
    end.onCredit(70)
    await writing
    expect(log).toEqual(['data 30', 'data 70'])
  })

  test('cuts what is large into chunks, in order, and ends behind them', async () => {
    const { log, stream } = setup({ creditBytes: MAX_WINDOW_BYTES })
    const writing = stream.write(Buffer.alloc(MAX_DATA_BYTES * 2 + 1))
    await Promise.all([writing, stream.end()])
    expect(log).toEqual([`data ${MAX_DATA_BYTES}`, `data ${MAX_DATA_BYTES}`, 'data 1', 'end'])
    await expect(stream.write(Buffer.alloc(1))).rejects.toThrow('write after end')
  })

  test('without awaiting is bounded: the stream is reset', async () => {
    const { log, stream } = setup()
    const first = stream.write(Buffer.alloc(MAX_UNSENT_BYTES))
    await expect(stream.write(Buffer.alloc(1))).rejects.toMatchObject({ reason: 'OVERLOADED' })
    await expect(first).rejects.toMatchObject({ reason: 'OVERLOADED' })
    expect(log).toEqual([expect.stringMatching(/^reset OVERLOADED/), 'finished'])
  })

  test('fails with what broke the stream, also what waits', async () => {
    const { end, stream } = setup()
    const writing = stream.write(Buffer.alloc(1))
    const ending = stream.end()
    end.fail(boom)
    for (const each of [writing, ending, stream.write(Buffer.alloc(1)), stream.end(), stream.read()])
      await expect(each).rejects.toBe(boom)
    expect(await stream.closed).toBe(boom)
    expect(stream.signal.reason).toBe(boom)
  })

  test('more credit than any window is not taken', () => {
    const { end } = setup()
    expect(end.onCredit(MAX_WINDOW_BYTES)).toBe(true)
    expect(end.onCredit(1)).toBe(false)
  })
})

describe('reading', () => {
  test('gives what arrived in order, then null for ever', async () => {
    const { end, stream } = setup()
    const first = stream.read()
    end.onData(Buffer.from('a'))
    end.onData(Buffer.from('b'))
    end.onEnd()
    expect([text(await first), text(await stream.read()), await stream.read(), await stream.read()]).toEqual([
      'a',
      'b',
      null,
      null,
    ])
  })

  test('grants again in halves of the window, and only what was read', async () => {
    const { log, end, stream } = setup()
    const chunk = Buffer.alloc(WINDOW / 4 - 64)
    for (let i = 0; i < 4; i += 1) expect(end.onData(chunk)).toBe(true)
    expect(end.onData(Buffer.alloc(1))).toBe(false)
    await stream.read()
    expect(log).toEqual([])
    await stream.read()
    expect(log).toEqual([`credit ${WINDOW / 2}`])
    expect(end.onData(chunk)).toBe(true)
  })

  test('what came before an orderly end stays readable after the stream broke; what a broken one left does not', async () => {
    const ended = setup()
    ended.end.onData(Buffer.from('tail'))
    ended.end.onEnd()
    ended.end.fail(boom)
    expect([text(await ended.stream.read()), await ended.stream.read()]).toEqual(['tail', null])

    const broken = setup()
    broken.end.onData(Buffer.from('tail'))
    broken.end.fail(boom)
    await expect(broken.stream.read()).rejects.toBe(boom)
  })

  test('has one reader at a time', async () => {
    const { end, stream } = setup()
    const first = stream.read()
    await expect(stream.read()).rejects.toThrow('one reader at a time')
    end.onEnd()
    await first
  })

  test('a loop that stops early breaks the stream off', async () => {
    const { log, end, stream } = setup()
    end.onData(Buffer.from('a'))
    for await (const _chunk of stream) break
    expect(log).toEqual([expect.stringMatching(/^reset CANCELLED/), 'finished'])
  })

  test('discarded data is not granted again', () => {
    const { log, end } = setup()
    end.onData(Buffer.alloc(WINDOW - 2 * 64))
    end.discard()
    expect(end.onData(Buffer.alloc(1))).toBe(false)
    expect(log).toEqual([])
  })
})

describe('the end', () => {
  test('is reached once both sides have ended, and nothing breaks it afterwards', async () => {
    const { log, end, stream } = setup()
    await stream.end()
    expect(log).toEqual(['end'])
    end.onEnd()
    expect(await stream.closed).toBeNull()
    stream.reset(boom)
    end.fail(boom)
    expect(log).toEqual(['end', 'finished'])
    expect(stream.signal.aborted).toBe(false)
  })

  test('two ends joined back to back carry any writes unchanged, and never more than the window at once', async () => {
    const writes = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { maxLength: 20 })
    await fc.assert(
      fc.asyncProperty(writes, async (chunks) => {
        let outstanding = 0
        let worst = 0
        const reader = createStreamEnd({
          target: 'a',
          windowBytes: WINDOW,
          creditBytes: 0,
          port: {
            data: () => undefined,
            credit: (bytes) => {
              outstanding -= bytes
              writer.onCredit(bytes)
            },
            end: () => writer.onEnd(),
            reset: (error) => writer.fail(error),
            finished: () => undefined,
          },
        })
        const writer = createStreamEnd({
          target: 'b',
          windowBytes: WINDOW,
          creditBytes: WINDOW,
          port: {
            data: (bytes) => {
              outstanding += costOf(bytes.length)
              worst = Math.max(worst, outstanding)
              expect(reader.onData(bytes)).toBe(true)
            },
            credit: () => undefined,
            end: () => reader.onEnd(),
            reset: (error) => reader.fail(error),
            finished: () => undefined,
          },
        })
        const writing = (async () => {
          for (const chunk of chunks) await writer.stream.write(chunk)
          await writer.stream.end()
        })()
        const received: Uint8Array[] = []
        for await (const chunk of reader.stream) received.push(chunk)
        await Promise.all([writing, reader.stream.end()])
        expect(Buffer.concat(received).equals(Buffer.concat(chunks))).toBe(true)
        expect(worst).toBeLessThanOrEqual(WINDOW)
        expect([await writer.stream.closed, await reader.stream.closed]).toEqual([null, null])
      }),
    )
  })
})
