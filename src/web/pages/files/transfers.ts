/**
 * `exists`: there is a file of that name, and a person has to say whether it is replaced. `loaded` bytes of `total` so far;
 * `total` is null while it is not known.
 */
export interface Transfer {
  id: number
  kind: 'upload' | 'download'
  name: string
  path: string
  state: 'waiting' | 'moving' | 'exists' | 'done' | 'failed' | 'cancelled'
  loaded: number
  total: number | null
  error: string | null
}

/** How one transfer ended. */
export type Ending =
  | { state: 'done' }
  | { state: 'exists' }
  | { state: 'cancelled' }
  | { state: 'failed'; error: string }

/** Moves the bytes of one transfer; `onProgress` as often as it likes. Resolves at the end, whatever it is. */
export type Move = (options: {
  overwrite: boolean
  signal: AbortSignal
  onProgress: (loaded: number, total: number | null) => void
}) => Promise<Ending>

const atOnce = 2

/** Uploads and downloads of a page: a few at once, the others wait; each can be cancelled. */
export function createTransfers() {
  const listeners = new Set<() => void>()
  const work = new Map<number, { move: Move; overwrite: boolean; stop: AbortController; onDone: () => void }>()
  let list: readonly Transfer[] = []
  let lastId = 0

  function set(next: readonly Transfer[]): void {
    list = next
    for (const listener of listeners) listener()
  }
  const edit = (id: number, change: Partial<Transfer>) =>
    set(list.map((transfer) => (transfer.id === id ? { ...transfer, ...change } : transfer)))

  function pump(): void {
    const room = atOnce - list.filter(({ state }) => state === 'moving').length
    for (const { id } of list.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, room))) void run(id)
  }

  async function run(id: number): Promise<void> {
    const job = work.get(id)
    if (!job) return
    edit(id, { state: 'moving', error: null, loaded: 0 })
    const ending = await job.move({
      overwrite: job.overwrite,
      signal: job.stop.signal,
      onProgress: (loaded, total) => edit(id, { loaded, total }),
    })
    edit(id, ending.state === 'failed' ? { state: 'failed', error: ending.error } : { state: ending.state })
    if (ending.state === 'done') job.onDone()
    if (ending.state === 'done' || ending.state === 'cancelled') work.delete(id)
    pump()
  }

  function again(id: number, overwrite: boolean): void {
    const job = work.get(id)
    if (!job) return
    work.set(id, { ...job, overwrite, stop: new AbortController() })
    edit(id, { state: 'waiting', error: null })
    pump()
  }

  return {
    list: () => list,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    add(
      what: Pick<Transfer, 'kind' | 'name' | 'path' | 'total'>,
      options: { move: Move; onDone: () => void; exists: boolean },
    ) {
      lastId += 1
      const id = lastId
      work.set(id, { move: options.move, onDone: options.onDone, overwrite: false, stop: new AbortController() })
      set([...list, { ...what, id, state: options.exists ? 'exists' : 'waiting', loaded: 0, error: null }])
      pump()
    },
    overwrite: (id: number) => again(id, true),
    retry: (id: number) => again(id, work.get(id)?.overwrite ?? false),
    cancel(id: number): void {
      work.get(id)?.stop.abort()
      const state = list.find((transfer) => transfer.id === id)?.state
      if (state === 'moving') return
      work.delete(id)
      edit(id, { state: 'cancelled' })
      pump()
    },
    /** Takes what is over out of the list. */
    clear(): void {
      set(list.filter(({ state }) => state === 'waiting' || state === 'moving' || state === 'exists'))
    },
  }
}
export type Transfers = ReturnType<typeof createTransfers>
