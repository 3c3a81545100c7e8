import { expect, test } from 'vitest'
import type { Stream } from '../../tree/link/stream.ts'
import { watchStream } from './watched-stream.ts'

const broken = new Error('the link was lost')

/** A stream that is broken from the start. */
function brokenStream(): Stream {
  const fail = () => Promise.reject(broken)
  return {
    read: fail,
    write: fail,
    end: fail,
    reset: () => undefined,
    signal: AbortSignal.abort(broken),
    closed: Promise.resolve(broken),
    async *[Symbol.asyncIterator]() {
      yield await fail()
    },
  }
}

function watchedBroken() {
  const told: unknown[] = []
  const stream = watchStream(brokenStream(), async (error) => {
    told.push(error)
    return new Error('said in other words')
  })
  return { stream, told }
}

test('a break is told once, and everything rejects with what was made of it', async () => {
  const { stream, told } = watchedBroken()
  for (const doing of [
    stream.read(),
    stream.write(new Uint8Array(1)),
    stream.end(),
    stream[Symbol.asyncIterator]().next(),
  ]) {
    await expect(doing).rejects.toThrow('said in other words')
  }
  expect(told).toEqual([broken])
})

test('a stream that its user reset is not reported as broken', async () => {
  const { stream, told } = watchedBroken()
  stream.reset(new Error('enough'))
  await expect(stream.read()).rejects.toBe(broken)
  expect(told).toEqual([])
})
