import { useCallback, useSyncExternalStore } from 'react'
import type { UserRole } from '../../contract/common.ts'
import { happenings, live, nodeStore, session } from '../app-state.ts'

/** Who is signed in; null on the sign-in page. */
export const useSession = () => useSyncExternalStore(session.subscribe, session.current)

/** All nodes. A component with this draws again at every change of any node: for one node use `useNode`. */
export const useNodes = () => useSyncExternalStore(nodeStore.subscribe, nodeStore.view)

/** One node; undefined while it is not known or may not be seen. */
export function useNode(agentId: string) {
  const subscribe = useCallback((listener: () => void) => nodeStore.subscribeTo(agentId, listener), [agentId])
  return useSyncExternalStore(subscribe, () => nodeStore.node(agentId))
}

export const useLiveState = () => useSyncExternalStore(live.subscribe, live.state)
export const useHappenings = () => useSyncExternalStore(happenings.subscribe, happenings.list)

/** As `src/monitor/auth/permissions.ts`; the server decides, this only hides what one may not do. */
export type Permission = 'read' | 'operate' | 'administer'
const permissions: Record<UserRole, readonly Permission[]> = {
  admin: ['read', 'operate', 'administer'],
  operator: ['read', 'operate'],
  user: ['read', 'operate'],
  viewer: ['read'],
}
/** Whether the person signed in may do such things at all. */
export function useMay(permission: Permission): boolean {
  const role = useSession()?.user.role
  return role !== undefined && permissions[role].includes(permission)
}
