import type { NodeList } from '../../contract/cluster.ts'
import type { Client } from '../api/client.ts'
import type { NodeStore } from './node-store.ts'

const pageSize = 1000
/** Small, so that reading it never holds up a frame. */
const refreshSize = 250
const path = '/api/v1/cluster/nodes'

/** Fills the store of nodes from the list of the API, page by page. */
export function createNodeLoader(parts: { client: Pick<Client, 'get'>; store: NodeStore }) {
  const { client, store } = parts
  let running: Promise<void> | null = null
  let nextOffset = 0

  async function readAll(): Promise<void> {
    const all = new Map<string, Parameters<NodeStore['merge']>[0][number]>()
    for (let offset = 0, total = 1; offset < total; offset += pageSize) {
      const page = await client.get<typeof NodeList>(path, { limit: pageSize, offset })
      total = page.total
      for (const node of page.nodes) all.set(node.agent_id, node)
      // The first time rows appear as they come; later nothing may vanish before all is read.
      if (!store.view().loaded) store.merge(page.nodes)
    }
    store.replace([...all.values()])
  }

  return {
    /** The whole list. While one reading is under way, a second caller gets that one. */
    load(): Promise<void> {
      running ??= readAll().finally(() => {
        running = null
      })
      return running
    },
    /** Some nodes anew, each time the next: figures of thousands of nodes stay fresh without reading all at once. */
    async refreshSome(): Promise<void> {
      if (running) return
      const page = await client.get<typeof NodeList>(path, { limit: refreshSize, offset: nextOffset })
      store.merge(page.nodes)
      nextOffset = nextOffset + refreshSize < page.total ? nextOffset + refreshSize : 0
    },
  }
}
