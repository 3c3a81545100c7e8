import { z } from 'zod'

/** What is needed of the engine's `GET /version`. */
export const EngineVersion = z.object({ ApiVersion: z.string(), MinAPIVersion: z.string().optional() })

/** The newest version that this code was written against. */
const NEWEST: readonly [number, number] = [1, 47]

/** The version to speak: the engine's newest when we know it, else ours; an engine too new for ours gets its oldest. */
export function chooseApiVersion(engine: z.infer<typeof EngineVersion>): string {
  const newest = parts(engine.ApiVersion)
  const oldest = parts(engine.MinAPIVersion ?? '1.12')
  if (!newest || !oldest) return write(NEWEST)
  if (compare(newest, NEWEST) <= 0) return write(newest)
  return write(compare(oldest, NEWEST) > 0 ? oldest : NEWEST)
}

function parts(version: string): readonly [number, number] | null {
  const match = /^(\d{1,3})\.(\d{1,4})$/.exec(version)
  return match ? [Number(match[1]), Number(match[2])] : null
}

const compare = (a: readonly [number, number], b: readonly [number, number]): number => a[0] - b[0] || a[1] - b[1]
const write = ([major, minor]: readonly [number, number]): string => `${major}.${minor}`
