import { forbidden } from '../../../contract/errors.ts'
import { OperationOrigin } from '../../../contract/operations/origin.ts'

/** The person who asks and the monitor where that person is signed in: `ann@root`. Throws FORBIDDEN without one. */
export function askerOf(meta: Record<string, unknown>): string {
  const origin = OperationOrigin.safeParse(meta['origin']).data
  if (!origin) throw forbidden('操作没有说明是谁要求的', 'the operation does not say who asks for it')
  return `${origin.actor}@${origin.at}`
}
