import { forbidden } from '../../contract/errors.ts'
import { OperationOrigin } from '../../contract/operations/origin.ts'
import type { CapabilityName } from '../../platform/config/capabilities.section.ts'
import type { Capabilities } from './capabilities.ts'
import type { HostAudit } from './host-audit.ts'
import { storageRefusal } from './storage-refusal.ts'

/** What is about to be done on this host. */
export interface Act {
  /** Absent: only looking, which every node allows. */
  capability?: CapabilityName
  /** `files.write`, `process.kill`: what stands in the log. */
  action: string
  target: string | null
  details?: Record<string, unknown>
}

/** Carries out acts that were asked for from above: allowed, logged, done, and the outcome logged. */
export interface Acts {
  /**
   * Runs `work` when the node allows it and the log has it. Throws FORBIDDEN naming the capability, or what `work`
   * throws; the log then says that it failed and why. Where the log cannot be written nothing is done: INSUFFICIENT_STORAGE.
   */
  run<T>(meta: Record<string, unknown>, act: Act, work: () => Promise<T>): Promise<T>
}

export function createActs(parts: { capabilities: Capabilities; audit: HostAudit }): Acts {
  const { capabilities, audit } = parts

  async function attempt<T>(meta: Record<string, unknown>, act: Act, work: () => Promise<T>): Promise<T> {
    const origin = OperationOrigin.safeParse(meta['origin']).data
    if (!origin) throw forbidden('操作没有说明是谁要求的', 'the operation does not say who asks for it')
    const entry = { origin, target: act.target, details: act.details ?? {} }
    try {
      if (act.capability) capabilities.demand(act.capability)
    } catch (error) {
      audit.append({ ...entry, action: `${act.action}.refused` })
      throw error
    }
    audit.append({ ...entry, action: act.action })
    try {
      return await work()
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      audit.append({
        ...entry,
        action: `${act.action}.failed`,
        details: { ...entry.details, reason: reason.slice(0, 1000) },
      })
      throw error
    }
  }

  return {
    async run(meta, act, work) {
      try {
        return await attempt(meta, act, work)
      } catch (error) {
        throw storageRefusal(error) ?? error
      }
    },
  }
}
