import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { Server as ServerSchema, ServerList } from '../../../../contract/better-monitor/servers.ts'
import { client } from '../../../app-state.ts'

export type Server = z.infer<typeof ServerSchema>
export const serversKey = ['servers']

/** Servers with their owners and notes; how they are is in the store of nodes. */
export const useServers = () =>
  useQuery({
    queryKey: serversKey,
    queryFn: ({ signal }) => client.get<typeof ServerList>('/api/servers', {}, signal),
  })
