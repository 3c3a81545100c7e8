import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Alert, AlertList } from '../../../contract/alerts.ts'
import { client } from '../../app-state.ts'
import { queryKeys } from '../../live/stale-queries.ts'
import type { Search } from '../../routes/address.ts'
import { type Grouping, groupings } from './group-alerts.ts'

export const statuses = ['open', 'new', 'acknowledged', 'resolved', 'all'] as const
export type StatusChoice = (typeof statuses)[number]
export const severities = ['critical', 'high', 'medium', 'low'] as const
type SeverityChoice = (typeof severities)[number]

/** What of the alerts is shown, as the address says. */
export interface AlertChoice {
  status: StatusChoice
  severity: SeverityChoice | null
  type: string
  q: string
  group: Grouping
}
export function choiceIn(search: Search): AlertChoice {
  return {
    status: statuses.find((each) => each === search['status']) ?? 'open',
    severity: severities.find((each) => each === search['severity']) ?? null,
    type: search['type'] ?? '',
    q: search['q'] ?? '',
    group: groupings.find((each) => each === search['group']) ?? 'cause',
  }
}

const pageSize = 500

/** The alerts of a scope, newest first, page after page; `more` reads one page further. */
export function useAlerts(agentId: string | null, choice: AlertChoice) {
  const { status, severity, type, q } = choice
  const [pages, setPages] = useState(1)
  const query = useQuery({
    queryKey: [queryKeys.alerts, 'list', agentId, status, severity, type, q, pages],
    async queryFn({ signal }): Promise<{ alerts: Alert[]; total: number }> {
      const filter = {
        under: agentId,
        severity,
        type,
        q,
        limit: pageSize,
        ...(status === 'open' ? { open: true } : status === 'all' ? {} : { status }),
      }
      const lists = await Promise.all(
        Array.from({ length: pages }, (_, page) =>
          client.get<typeof AlertList>('/api/v1/alerts', { ...filter, offset: page * pageSize }, signal),
        ),
      )
      // An alert that came between two pages pushes one into both.
      const byId = new Map(lists.flatMap(({ alerts }) => alerts).map((alert) => [alert.alert_id, alert]))
      return { alerts: [...byId.values()], total: lists[0]?.total ?? 0 }
    },
    placeholderData: (before) => before,
  })
  return { query, more: () => setPages(pages + 1) }
}
