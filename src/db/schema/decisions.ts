import { sql } from 'drizzle-orm'
import { bigint, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { JsonObject, Severity } from '../../contract/common.ts'
import type { DecisionEvidence, DecisionHop } from '../../contract/decision-path.ts'
import type { DecisionIssue } from '../../contract/decisions.ts'
import type { DecidedBy, DecisionStatus } from '../../contract/rollup.ts'
import { json, moment, rowId } from './columns.ts'
import { nodes } from './nodes.ts'

export interface ToldBelow {
  hops: DecisionHop[]
  evidence: DecisionEvidence | null
}

export const decisions = pgTable(
  'decisions',
  {
    id: rowId(),
    nodeId: bigint('node_id', { mode: 'number' })
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    /** Made by the node that asks; the same in every monitor on the way. */
    requestId: text('request_id').notNull(),
    issueType: text('issue_type').notNull(),
    subject: text('subject').notNull(),
    issueDescription: text('issue_description').notNull(),
    severity: text('severity').$type<Severity>().notNull(),
    proposedAction: text('proposed_action').notNull(),
    /** The request as it came, so that a person or a later judge sees what was asked; null on a copy from below. */
    issue: json<DecisionIssue>('issue'),
    context: json<JsonObject>('context'),
    status: text('status').$type<DecisionStatus>().notNull().default('pending'),
    reason: text('reason').notNull().default(''),
    llmAnalysis: text('llm_analysis'),
    decidedBy: text('decided_by').$type<DecidedBy>(),
    authority: text('authority'),
    hops: json<DecisionHop[]>('hops').notNull().default([]),
    /** What monitors below told of their part of the way: for people to see, never a reason to approve. */
    told: json<ToldBelow>('told'),
    taskId: bigint('task_id', { mode: 'number' }),
    createdAt: moment('created_at').notNull(),
    decidedAt: moment('decided_at'),
    expiresAt: moment('expires_at').notNull(),
    judgedAt: moment('judged_at'),
    executedAt: moment('executed_at'),
    executionResult: text('execution_result'),
    executionOutput: text('execution_output'),
    executionMs: integer('execution_ms'),
  },
  (t) => [
    uniqueIndex('decisions_request_key').on(t.nodeId, t.requestId),
    index('decisions_created_idx').on(t.createdAt.desc(), t.id.desc()),
    index('decisions_node_idx').on(t.nodeId, t.createdAt.desc()),
    index('decisions_judged_idx')
      .on(t.judgedAt)
      .where(sql`judged_at is not null`),
    index('decisions_pending_idx')
      .on(t.expiresAt)
      .where(sql`status = 'pending'`),
  ],
)
