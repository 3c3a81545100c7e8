import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback } from 'react'

/** Where the person is: the scope (a node with its subtree, or the whole tree), the tab, and what the address also holds. */
export interface Place {
  /** Null: the whole tree of this monitor. */
  agentId: string | null
  tab: string
}
export type Search = Readonly<Record<string, string>>

/** What goes along from tab to tab; filters belong to one tab alone. */
const travels = ['range'] as const

export function pathOf({ agentId, tab }: Place): string {
  return agentId === null ? `/${tab}` : `/nodes/${encodeURIComponent(agentId)}/${tab}`
}

export const travelling = (search: Search): Search =>
  Object.fromEntries(travels.filter((name) => search[name] !== undefined).map((name) => [name, search[name] ?? '']))

export function usePlace(): Place {
  const params = useParams({ strict: false }) as { agentId?: string; tab?: string }
  return { agentId: params.agentId ?? null, tab: params.tab ?? 'overview' }
}

/**
 * What the address holds after `?`, and how to change it: a filter, a sort, a time range. Whoever opens the link sees the
 * same. `null` and '' take a value out. Changes replace the entry of the history: back leads to the page before.
 */
export function useAddress(): [Search, (change: Readonly<Record<string, string | null>>) => void] {
  const search = useSearch({ strict: false }) as Search
  const navigate = useNavigate()
  const change = useCallback(
    (values: Readonly<Record<string, string | null>>) =>
      void navigate({
        to: '.',
        replace: true,
        search: (before: Search) =>
          Object.fromEntries(
            Object.entries({ ...before, ...values }).filter(
              (entry): entry is [string, string] => entry[1] !== null && entry[1] !== '',
            ),
          ),
      }),
    [navigate],
  )
  return [search, change]
}
