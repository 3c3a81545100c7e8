import { useCallback, useSyncExternalStore } from 'react'
import type { UserRole } from '../../contract/common.ts'
import { calmNodes, happenings, live, nodeStore, session } from '../app-state.ts'

/** Who is signed in; null on the sign-in page. */
export const useSession = () => useSyncExternalStore(session.subscribe, session.current)

/**
 * All nodes with their figures, in steps of some seconds (at once when nodes come, go or move): for lists that are sorted.
 * For one node use `useNode`, for who is where `useTree`, for how many `useCounts`: those draw only when that changed.
 */
export const useNodes = () => useSyncExternalStore(calmNodes.subscribe, calmNodes.current)

/** Who is below whom. Draws again when nodes come, go, move or are renamed; `node` reads one, however old the drawing is. */
export function useTree() {
  const childrenOf = useSyncExternalStore(nodeStore.subscribe, () => nodeStore.view().childrenOf)
  const loaded = useSyncExternalStore(nodeStore.subscribe, () => nodeStore.view().loaded)
  return { childrenOf, loaded, node: nodeStore.node }
}

/** How many of which state are below a node, or in all (null); undefined where nothing is below. */
export const useCounts = (agentId: string | null) =>
  useSyncExternalStore(nodeStore.subscribe, () => nodeStore.view().counts.get(agentId))

/** One node; undefined while it is not known or may not be seen. */
export function useNode(agentId: string) {
  const subscribe = useCallback((listener: () => void) => nodeStore.subscribeTo(agentId, listener), [agentId])
  return useSyncExternalStore(subscribe, () => nodeStore.node(agentId))
}

export const useLiveState = () => useSyncExternalStore(live.subscribe, live.state)
/** Of when is what is shown, while the socket is not live; null while it is. */
export const useBehindSince = () => useSyncExternalStore(live.subscribe, live.behindSinceMs)
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
