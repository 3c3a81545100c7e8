import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { Query } from '../../api/client.ts'
import { client, queryClient } from '../../app-state.ts'
import { useNode } from '../../live/use-live.ts'

/** The first parts of the keys of what was asked of one host; by them it is read anew after an action. */
export const hostKey = (agentId: string, section: string) => ['host', agentId, section] as const

/** After an action: what a section shows is read again at once. */
export const readAgain = (agentId: string, section: string) =>
  queryClient.invalidateQueries({ queryKey: hostKey(agentId, section) })

/** `/api/servers/{id}` of the node; null while it is not known. */
export function useServerPath(agentId: string): string | null {
  const serverId = useNode(agentId)?.server_id
  return serverId === undefined ? null : `/api/servers/${serverId}`
}

/** Asks the host itself (through the tree), again every `everyMs` while the page is in sight. */
export function useHostQuery<Schema extends z.ZodType>(
  agentId: string,
  asked: { section: string; path: string; query?: Query; everyMs?: number | false; enabled?: boolean },
) {
  const server = useServerPath(agentId)
  const { section, path, query = {}, everyMs = false, enabled = true } = asked
  return useQuery<z.output<Schema>>({
    queryKey: [...hostKey(agentId, section), path, query],
    enabled: enabled && server !== null,
    queryFn: ({ signal }) => client.get<Schema>(`${server}/${path}`, query, signal),
    refetchInterval: everyMs,
    retry: 1,
  })
}
