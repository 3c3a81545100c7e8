import type { NodeList } from '../../contract/cluster.ts'
import type { Client } from '../api/client.ts'
import type { NodeStore } from './node-store.ts'

const pageSize = 1000
/** Enough to fill the screen, and soon there. */
const firstSize = 200
/** Small, so that reading it never holds up a frame. */
const refreshSize = 250
const path = '/api/v1/cluster/nodes'
/** From the top down: nobody comes before the monitor above it, so that no row jumps when later pages come. */
const sort = 'depth'

/** Fills the store of nodes from the list of the API, page by page. */
export function createNodeLoader(parts: { client: Pick<Client, 'get'>; store: NodeStore }) {
  const { client, store } = parts
  let running: Promise<void> | null = null
  let isNewer = false
  let nextOffset = 0
  /** Rises when somebody else signs in: what was asked before is not for them. */
  let era = 0

  const read = (limit: number, offset: number) => client.get<typeof NodeList>(path, { sort, limit, offset })

  async function readAll(): Promise<void> {
    const mine = era
    const all = new Map<string, Parameters<NodeStore['merge']>[0][number]>()
    for (let offset = 0, total = 1; offset < total; offset += pageSize) {
      const page = await read(pageSize, offset)
      if (mine !== era) return
      total = page.total
      isNewer = true
      for (const node of page.nodes) all.set(node.agent_id, node)
      // The first time rows appear as they come; later nothing may vanish before all is read.
      if (!store.view().loaded) store.merge(page.nodes)
    }
    store.replace([...all.values()])
  }

  return {
    /** The top of the list, while the socket is not open yet and `load` may not begin: the same nodes are in that again. */
    async peek(): Promise<void> {
      const mine = era
      const page = await read(firstSize, 0)
      if (mine === era && !isNewer) store.merge(page.nodes)
    },
    /** The whole list. While one reading is under way, a second caller gets that one. */
    load(): Promise<void> {
      if (running) return running
      const reading = readAll().finally(() => {
        if (running === reading) running = null
      })
      running = reading
      return reading
    },
    /** Some nodes anew, each time the next: figures of thousands of nodes stay fresh without reading all at once. */
    async refreshSome(): Promise<void> {
      if (running) return
      const mine = era
      const page = await read(refreshSize, nextOffset)
      if (mine !== era) return
      store.merge(page.nodes)
      nextOffset = nextOffset + refreshSize < page.total ? nextOffset + refreshSize : 0
    },
    /** What is being read belongs to somebody who is gone; the store is emptied by its owner. */
    forget(): void {
      era += 1
      running = null
      isNewer = false
      nextOffset = 0
    },
  }
}
