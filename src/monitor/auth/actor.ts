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

/** The name an actor goes by where it is shown: `acknowledged_by`, the audit log, an intent. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'user':
      return actor.username
    case 'node':
      return actor.agentId
    case 'system':
      return actor.name
  }
}
