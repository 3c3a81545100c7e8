import { expect, test } from 'vitest'
import type { Client } from '../api/client.ts'
import { createNodeLoader } from './node-loader.ts'
import { createNodeStore } from './node-store.ts'

interface Asked {
  limit: number
  offset: number
  answer: () => Promise<void>
}

/** A store over a list of `total` nodes whose answers come when the test says. */
function bench(total: number) {
  const asked: Asked[] = []
  let health = 'healthy'
  const get = (_path: string, query: Record<string, unknown> = {}) =>
    new Promise((done) => {
      const [limit, offset] = [Number(query['limit']), Number(query['offset'])]
      const nodes = Array.from({ length: Math.min(limit, total - offset) }, (_, at) => {
        const agent_id = `n${offset + at}`
        return { agent_id, name: agent_id, path: [agent_id], status: 'online', health_status: health }
      })
      const answer = async () => {
        done({ total, nodes })
        // What waits for the answer has its turn.
        await new Promise((next) => setTimeout(next))
      }
      asked.push({ limit, offset, answer })
    })
  const store = createNodeStore({ schedule: (flush) => flush() })
  const loader = createNodeLoader({ client: { get: get as Client['get'] }, store })
  return { loader, store, asked, become: (next: string) => (health = next) }
}

test('the top of the list is shown before the whole may be read, and counts for no whole list', async () => {
  const { loader, store, asked } = bench(1500)
  const peeked = loader.peek()
  await asked[0]?.answer()
  await peeked
  expect([store.view().nodes.size, store.view().loaded]).toEqual([200, false])
  const loaded = loader.load()
  expect(loader.load()).toBe(loaded)
  await asked[1]?.answer()
  expect([store.view().nodes.size, store.view().loaded]).toEqual([1000, false])
  await asked[2]?.answer()
  await loaded
  expect([store.view().nodes.size, store.view().loaded]).toEqual([1500, true])
})

test('an early answer that comes late changes nothing that was read after it', async () => {
  const { loader, store, asked, become } = bench(1)
  const peeked = loader.peek()
  become('critical')
  const loaded = loader.load()
  await asked[1]?.answer()
  await asked[0]?.answer()
  await Promise.all([peeked, loaded])
  expect(store.node('n0')?.health_status).toBe('critical')
})

test('what one person asked for is not shown to the next', async () => {
  const { loader, store, asked } = bench(2000)
  void loader.peek()
  void loader.load()
  await asked[1]?.answer()
  const refreshed = bench(10)
  void refreshed.loader.refreshSome()
  for (const { loader: each, store: theirs } of [{ loader, store }, refreshed]) {
    each.forget()
    theirs.clear()
  }
  for (const { answer } of [...asked, ...refreshed.asked]) await answer()
  expect([store.view().nodes.size, store.view().loaded]).toEqual([0, false])
  expect(refreshed.store.view().nodes.size).toBe(0)
  const loaded = loader.load()
  await asked.at(-1)?.answer()
  await asked.at(-1)?.answer()
  await loaded
  expect([store.view().nodes.size, store.view().loaded]).toEqual([2000, true])
})
