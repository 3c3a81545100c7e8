import type { NodeRole, UserRole } from '../../contract/common.ts'

export interface UserActor {
  kind: 'user'
  userId: number
  username: string
  role: UserRole
}
export interface NodeActor {
  kind: 'node'
  nodeId: number
  agentId: string
  role: NodeRole
  keyId: number
}
/** The monitor itself, or a person at the machine's own command line. */
export interface SystemActor {
  kind: 'system'
  name: string
}

/** Who does something: always the holder of the credential, never a name in a body. */
export type Actor = UserActor | NodeActor | SystemActor

export { actorName } from '../audit/audit.store.ts'
