import { LinkMethods } from '../../contract/link.ts'
import type { LinkMethod, LinkParams, LinkResult } from '../../contract/link.ts'
import { LinkError } from './fault.ts'
import type { CallOptions } from './link.ts'

/** Anything that carries a call to one known node. */
export type Carry = (method: string, params: unknown, options: CallOptions) => Promise<unknown>

/**
 * Asks one of the methods of the contract and parses the answer. `target` is the node that is asked, named in errors.
 * Rejects like `call`, and with LinkError REMOTE when the answer is not what the contract says.
 */
export async function ask<M extends LinkMethod>(
  carry: Carry,
  target: string,
  method: M,
  params: LinkParams<M>,
  options: CallOptions,
): Promise<LinkResult<M>> {
  const answer = LinkMethods[method].result.safeParse(await carry(method, params, options))
  if (!answer.success) throw new LinkError('REMOTE', target, `${method}: ${answer.error.message}`)
  return answer.data as LinkResult<M>
}
