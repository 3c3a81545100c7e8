import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { PublicServerList } from '../../../contract/better-monitor/public.ts'
import type { PublicSettings } from '../../../contract/better-monitor/settings.ts'
import { client } from '../../app-state.ts'

export type PublicServerRow = z.infer<typeof PublicServerList>['servers'][number]

const refreshMs = 10_000
const pageSize = 1000

/** What everybody may know of this site. */
export const usePublicSite = () =>
  useQuery({
    queryKey: ['public', 'site'],
    queryFn: ({ signal }) => client.get<typeof PublicSettings>('/api/settings/public', {}, signal),
    refetchInterval: refreshMs * 3,
  })

/** Every public server, read again while the page is open. */
export const usePublicServers = (enabled: boolean) =>
  useQuery({
    queryKey: ['public', 'servers'],
    async queryFn({ signal }) {
      const servers: PublicServerRow[] = []
      let total = 0
      do {
        const query = { limit: pageSize, offset: servers.length }
        const page = await client.get<typeof PublicServerList>('/api/public/servers', query, signal)
        servers.push(...page.servers)
        total = page.servers.length === 0 ? servers.length : page.total
      } while (servers.length < total)
      return servers
    },
    enabled,
    refetchInterval: refreshMs,
  })
