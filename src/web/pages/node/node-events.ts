import type { z } from 'zod'
import type { NodeDetail } from '../../../contract/cluster.ts'
import type { Tone } from '../../ui/badge.tsx'

export const eventKinds = ['issue', 'action', 'decision', 'alert', 'intent'] as const
export type EventKind = (typeof eventKinds)[number]

/** Something that happened on or about a node; `id` leads to the decision or the alert. */
export interface NodeEvent {
  key: string
  kind: EventKind
  at: string
  /** Its level, status or result, as the API says it. */
  state: string
  tone: Tone
  text: string
  id: number | null
}

type Detail = Pick<z.infer<typeof NodeDetail>, 'issues' | 'actions' | 'decisions' | 'alerts' | 'events'>

const levelTones = { L1: 'plain', L2: 'warn', L3: 'bad' } as const
const resultTones = { success: 'good', partial: 'warn', failed: 'bad' } as const
const statusTones = { approved: 'good', rejected: 'bad', pending: 'warn', expired: 'plain' } as const
const alertTones = { new: 'bad', acknowledged: 'warn', resolved: 'plain' } as const

/** All that is known of a node's last time on one line, the newest first; with `kind` only that. */
export function nodeEvents(detail: Detail, kind: EventKind | null): NodeEvent[] {
  const all: NodeEvent[] = [
    ...detail.issues.map((issue, index) => ({
      key: `issue ${index}`,
      kind: 'issue' as const,
      at: issue.timestamp,
      state: issue.level,
      tone: levelTones[issue.level],
      text: `${issue.type}${issue.subject === null ? '' : ` (${issue.subject})`}: ${issue.description}`,
      id: null,
    })),
    ...detail.actions.map((action, index) => ({
      key: `action ${index} ${action.timestamp}`,
      kind: 'action' as const,
      at: action.timestamp,
      state: action.result,
      tone: resultTones[action.result],
      text: [action.action, action.details].filter((part) => part !== '').join(' – '),
      id: null,
    })),
    ...detail.decisions.map((decision) => ({
      key: `decision ${decision.decision_id}`,
      kind: 'decision' as const,
      at: decision.created_at,
      state: decision.status,
      tone: statusTones[decision.status],
      text: `${decision.issue_type}: ${decision.proposed_action}`,
      id: decision.decision_id,
    })),
    ...detail.alerts.map((alert) => ({
      key: `alert ${alert.alert_id}`,
      kind: 'alert' as const,
      at: alert.created_at,
      state: alert.status,
      tone: alertTones[alert.status],
      text: `${alert.level} ${alert.type}`,
      id: alert.alert_id,
    })),
    ...detail.events.map((event) => ({
      key: `intent ${event.event_id}`,
      kind: 'intent' as const,
      at: event.timestamp,
      state: event.type,
      tone: 'plain' as const,
      text: event.description,
      id: null,
    })),
  ]
  const wanted = kind === null ? all : all.filter((event) => event.kind === kind)
  return wanted.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
}
