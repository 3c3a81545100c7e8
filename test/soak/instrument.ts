import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'

/** What a process of the soak is started with, and what can be done to it and seen of it by that. */
export interface Instrument {
  /** For the options of its node. */
  preload: string
  env: Record<string, string>
  /** Its wall clock is off by so much from now on, over restarts too. */
  setClock(shiftMs: number): void
  /** What it held when it last had collected all garbage; null before it did. */
  memory(): Memory | null
}

/** Bytes: what the heap and what hangs on it really hold, and what the process has besides the room of its heap. */
export type Memory = z.infer<typeof Memory> & { atMs: number }

const Memory = z.object({ pid: z.number(), held: z.number(), outside: z.number() })
const preload = resolve(import.meta.dirname, 'witness.mjs')

/** Files in `folder` that a process of that name is governed by. */
export function createInstrument(folder: string, name: string): Instrument {
  const [clockFile, memoryFile] = [join(folder, `${name}.clock`), join(folder, `${name}.memory`)]
  const setClock = (shiftMs: number): void => writeFileSync(clockFile, String(shiftMs))
  setClock(0)
  return {
    preload,
    env: { CLOCK_SHIFT_FILE: clockFile, MEMORY_FILE: memoryFile },
    setClock,
    memory() {
      const found = statSync(memoryFile, { throwIfNoEntry: false })
      const text = found ? readFileSync(memoryFile, 'utf8') : ''
      // While it is written it is empty.
      return found && text !== '' ? { ...Memory.parse(JSON.parse(text)), atMs: found.mtimeMs } : null
    },
  }
}
