import type { Journal } from '../journal/journal.ts'
import { LogPosition } from './log-tail.ts'

export interface LogPlaces {
  /** Where an earlier process stopped searching; null when the log is new to this node. */
  last(name: string, path: string): LogPosition | null
  reached(name: string, path: string, position: LogPosition): void
  /** Writes down what was reached since the last call: to be called when the findings are safe. */
  keep(): void
}

/** Remembers over restarts how far each log was searched, so that what is written while the node is down is searched too. */
export function createLogPlaces(journal: Pick<Journal, 'logPosition' | 'putLogPosition'>): LogPlaces {
  const kept = new Map<string, string>()
  const reached = new Map<string, { path: string; text: string }>()

  return {
    last(name, path) {
      const text = journal.logPosition(name, path)
      if (text === null) return null
      kept.set(name, text)
      return LogPosition.parse(JSON.parse(text))
    },
    reached(name, path, position) {
      reached.set(name, { path, text: JSON.stringify(position) })
    },
    keep() {
      for (const [name, { path, text }] of reached) {
        if (kept.get(name) !== text) journal.putLogPosition(name, path, text)
        kept.set(name, text)
      }
      reached.clear()
    },
  }
}
