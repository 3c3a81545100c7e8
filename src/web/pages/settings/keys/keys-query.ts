import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { ApiKeyList } from '../../../../contract/auth.ts'
import { client } from '../../../app-state.ts'

export type Key = z.infer<typeof ApiKeyList>['api_keys'][number]
export const keysKey = ['keys']
const path = '/api/v1/auth/api-keys'
const pageSize = 1000
const maxKeys = 10_000

/** The keys of this monitor, or of one node. `total` is larger when there are more than are worth listing. */
export const useKeys = (agentId: string | null, enabled = true) =>
  useQuery({
    queryKey: [...keysKey, agentId],
    async queryFn({ signal }) {
      const keys: Key[] = []
      let total = 0
      do {
        const query = { agent_id: agentId, limit: pageSize, offset: keys.length }
        const page = await client.get<typeof ApiKeyList>(path, query, signal)
        keys.push(...page.api_keys)
        total = page.api_keys.length === 0 ? keys.length : page.total
      } while (keys.length < Math.min(total, maxKeys))
      return { keys, total }
    },
    enabled,
  })
