import type { Logger } from './logger.ts'

export interface Bus<Events extends object> {
  /** Calls `listener` for every later event of that name, in the order of registration. Returns how to end it. */
  on<Name extends keyof Events & string>(name: Name, listener: (event: Events[Name]) => unknown): () => void
  /** Calls all listeners now. A listener that throws or rejects is logged; the emitter and the others never notice. */
  emit<Name extends keyof Events & string>(name: Name, event: Events[Name]): void
}

/** Events inside one process, typed by a map from name to payload. Nothing is queued: who comes late has missed it. */
export function createBus<Events extends object>({ logger }: { logger: Logger }): Bus<Events> {
  const listeners = new Map<string, Set<(event: never) => unknown>>()
  const failed = (event: string) => (err: unknown) => logger.error({ err, event }, 'a listener of the bus failed')

  return {
    on(name, listener) {
      // A wrapper, so that the same function registered twice is called twice and ended once each.
      const entry = (event: never) => listener(event)
      const all = listeners.get(name) ?? new Set()
      listeners.set(name, all.add(entry))
      return () => void all.delete(entry)
    },
    emit(name, event) {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          const result = listener(event as never)
          if (result instanceof Promise) result.catch(failed(name))
        } catch (err) {
          failed(name)(err)
        }
      }
    },
  }
}
