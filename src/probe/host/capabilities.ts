import { z } from 'zod'
import { type AppError, forbidden } from '../../contract/errors.ts'
import { GrantedCapabilities } from '../../contract/operations/capabilities.ts'
import { type CapabilityName, type FileRoot, parseGrant } from '../../platform/config/capabilities.section.ts'
import type { Methods } from '../../tree/link/methods.ts'

/** What operators may do on this host: the node's own last word. */
export interface Capabilities {
  has(name: CapabilityName): boolean
  /** Throws FORBIDDEN that names the missing capability and how to grant it. */
  demand(name: CapabilityName): void
  /** Folders that may be worked in. */
  fileRoots: readonly FileRoot[]
  /** The grants as configured, to be told upwards. */
  list: readonly string[]
}

const missingCapability = (name: string): AppError =>
  forbidden(
    `该节点未开放 ${name} 能力；在节点上设置 CORTEX_CAPABILITIES 或 capabilities`,
    `this node does not allow ${name}: grant it on the node by capabilities (CORTEX_CAPABILITIES)`,
    { details: { capability: name } },
  )

/** The grants of the config (already validated) as questions. */
export function createCapabilities(grants: readonly string[]): Capabilities {
  const parsed = grants.map(parseGrant).filter((grant) => grant !== null)
  const names = new Set<CapabilityName>(parsed.map((grant) => grant.name))
  const has = (name: CapabilityName) => names.has(name)
  return {
    has,
    demand(name) {
      if (!has(name)) throw missingCapability(name)
    },
    fileRoots: parsed.flatMap((grant) => (grant.name === 'files' ? [grant.root] : [])),
    list: grants,
  }
}

/** Lets the monitors above ask what is granted here. */
export function registerCapabilities(methods: Methods, capabilities: Capabilities): void {
  methods.register({
    name: 'host.capabilities',
    params: z.object({}),
    result: GrantedCapabilities,
    handle: () => ({ capabilities: [...capabilities.list] }),
  })
}
