import { AppError, forbidden, serviceUnavailable } from '../../contract/errors.ts'
import { OperationOrigin } from '../../contract/operations/origin.ts'
import { isActing } from '../../contract/operations/reading-methods.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Units } from '../changes/units.ts'

/** The head of a call or a stream that an ancestor sends through this monitor to a node below. */
export interface PassingAct {
  method: string
  /** agent_ids that are still to be crossed; the last is the target. */
  to: readonly string[]
  meta: Record<string, unknown>
}

const nobody = () => forbidden('操作没有说明是谁要求的', 'the operation does not say who asks for it')
const notLogged = (hop: string, cause: unknown) =>
  serviceUnavailable(
    `节点 ${hop} 无法写入审计日志，操作未执行`,
    `node ${hop} cannot write its audit log: the operation was not passed on`,
    { details: { hop }, cause },
  )

/**
 * Writes down what ancestors do below, before it is passed on: what a monitor cannot log does not pass it. Costs one
 * insert for each act and nothing for what only looks.
 */
export function createRelayedActs({ units, selfId }: { units: Units; selfId: string }) {
  async function log({ method, to, meta }: PassingAct): Promise<void> {
    const origin = OperationOrigin.safeParse(meta['origin']).data
    if (!origin) throw nobody()
    const on = typeof meta['on'] === 'string' ? meta['on'] : null
    const entry = {
      actor: { kind: 'user' as const, username: `${origin.actor}@${origin.at}` },
      action: method,
      target: to.at(-1) ?? selfId,
      details: { on, request_id: origin.request_id, relayed: true },
    }
    try {
      await units.run((unit) => appendAudit(unit.tx, entry))
    } catch (error) {
      throw error instanceof AppError ? error : notLogged(selfId, error)
    }
  }

  return {
    /** Null for what only looks; else resolves when it is logged. Rejects with FORBIDDEN or SERVICE_UNAVAILABLE. */
    beforePassing: (act: PassingAct): Promise<void> | null => (isActing(act.method) ? log(act) : null),
  }
}
