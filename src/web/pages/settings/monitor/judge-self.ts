import type { z } from 'zod'
import type { SelfStatus } from '../../../../contract/self.ts'
import type { Mark } from '../../../live/health.ts'
import type { MonitorText } from './monitor.texts.ts'

export type Self = z.infer<typeof SelfStatus>

/** How one part of a node stands: what is so, and, where something is to be done, what. */
export interface Judgement {
  part: 'parent' | 'spool' | 'probe' | 'database' | 'model' | 'decisions' | 'notices' | 'commands'
  mark: Mark
  state: MonitorText
  todo: MonitorText | null
  /** In the words of the node. */
  error?: string | null
}

const spoolOldMs = 5 * 60_000
const noticeOldMs = 10 * 60_000
const databaseSlowMs = 500
const budgetNearlySpent = 0.9

/** Every part this node has, and how it stands. */
export function judgeSelf(self: Self, nowMs: number): Judgement[] {
  const olderThan = (iso: string | null, ms: number) => iso !== null && nowMs - Date.parse(iso) > ms
  const judgements: Array<Judgement | null> = [
    parentOf(self),
    self.spool && spoolOf(self.spool, olderThan(self.spool.oldest_at, spoolOldMs)),
    probeOf(self),
  ]
  const { monitor } = self
  if (monitor) {
    judgements.push(databaseOf(monitor.database), modelOf(monitor.model))
    if (monitor.queues)
      judgements.push(...queuesOf(monitor.queues, olderThan(monitor.queues.oldest_notice_at, noticeOldMs)))
  }
  return judgements.filter((judgement) => judgement !== null)
}

function parentOf({ parent }: Self): Judgement {
  const part = 'parent'
  if (!parent) return { part, mark: 'healthy', state: 'isRoot', todo: null }
  const error = parent.last_error
  switch (parent.link) {
    case 'connected':
      return { part, mark: 'healthy', state: 'linked', todo: null }
    case 'connecting':
      return { part, mark: 'warning', state: 'linking', todo: 'mendParent', error }
    case 'disconnected':
      return { part, mark: 'critical', state: 'cutOff', todo: 'mendParent', error }
  }
}

function spoolOf({ depth, trouble }: NonNullable<Self['spool']>, isOld: boolean): Judgement {
  const part = 'spool'
  if (trouble !== null) return { part, mark: 'critical', state: 'spoolFails', todo: 'mendSpoolDisk', error: trouble }
  if (depth === 0) return { part, mark: 'healthy', state: 'spoolEmpty', todo: null }
  return isOld
    ? { part, mark: 'warning', state: 'spoolOld', todo: 'mendSpool' }
    : { part, mark: 'healthy', state: 'spoolWaits', todo: null }
}

function probeOf({ parts, last_inspection }: Self): Judgement | null {
  if (!parts.includes('probe')) return null
  if (last_inspection) return { part: 'probe', mark: last_inspection.status, state: 'inspected', todo: null }
  return { part: 'probe', mark: 'unknown', state: 'notInspected', todo: null }
}

type MonitorPart = NonNullable<Self['monitor']>

function databaseOf({ answers, answer_ms }: MonitorPart['database']): Judgement {
  const part = 'database'
  if (!answers) return { part, mark: 'critical', state: 'databaseAway', todo: 'mendDatabase' }
  return (answer_ms ?? 0) > databaseSlowMs
    ? { part, mark: 'warning', state: 'databaseSlow', todo: 'mendSlow' }
    : { part, mark: 'healthy', state: 'databaseGood', todo: null }
}

function modelOf(model: MonitorPart['model']): Judgement {
  const part = 'model'
  if (model.state === 'none') return { part, mark: 'healthy', state: 'modelNone', todo: 'useModel' }
  if (model.state === 'left_alone') return { part, mark: 'critical', state: 'modelLeft', todo: 'mendModel' }
  if (model.state === 'on_trial') return { part, mark: 'warning', state: 'modelTrial', todo: 'mendModel' }
  return model.used_in_last_hour >= model.budget_per_hour * budgetNearlySpent
    ? { part, mark: 'warning', state: 'modelSpent', todo: 'raiseBudget' }
    : { part, mark: 'healthy', state: 'modelGood', todo: null }
}

function queuesOf(queues: NonNullable<MonitorPart['queues']>, noticesAreOld: boolean): Judgement[] {
  const failed = queues.notices_failed_last_day > 0
  return [
    queues.decisions_pending > 0
      ? { part: 'decisions', mark: 'warning', state: 'decisionsWait', todo: 'decide' }
      : { part: 'decisions', mark: 'healthy', state: 'decisionsNone', todo: null },
    failed || noticesAreOld
      ? { part: 'notices', mark: 'warning', state: failed ? 'noticesFailed' : 'noticesOld', todo: 'mendNotices' }
      : { part: 'notices', mark: 'healthy', state: 'noticesGood', todo: null },
    queues.commands_waiting > 0
      ? { part: 'commands', mark: 'warning', state: 'commandsWait', todo: 'commandsWhy' }
      : { part: 'commands', mark: 'healthy', state: 'commandsNone', todo: null },
  ]
}
