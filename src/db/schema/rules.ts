import { bigint, boolean, doublePrecision, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { RuleType } from '../../contract/alert-rules.ts'
import type { Severity } from '../../contract/common.ts'
import { moment, rowId } from './columns.ts'
import { nodes } from './nodes.ts'

/** Rules that raise alerts: made here, or handed down by the parent. */
export const alertRules = pgTable('alert_rules', {
  id: rowId(),
  /** The same in every monitor that has it. */
  uid: text('uid').notNull().unique(),
  /** agent_id of the monitor at which it was made. */
  madeAt: text('made_at').notNull(),
  /** Handed down: the parent alone changes it. */
  inherited: boolean('inherited').notNull(),
  /** The one node that it is about; null: every node of the subtree. By name, for a parent may speak of one that is not here yet. */
  agentId: text('agent_id'),
  type: text('type').$type<RuleType>().notNull(),
  name: text('name').notNull(),
  target: text('target'),
  threshold: doublePrecision('threshold').notNull(),
  /** Null: by default, which follows the threshold. */
  recoveryThreshold: doublePrecision('recovery_threshold'),
  durationS: integer('duration_s').notNull(),
  severity: text('severity').$type<Severity>().notNull(),
  repeatIntervalS: integer('repeat_interval_s'),
  enabled: boolean('enabled').notNull(),
  /** Rises with every change: what was judged by an older one does not count. */
  revision: integer('revision').notNull().default(1),
  createdBy: text('created_by'),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
})

/** Where a rule stands with a node; no row: nothing is wrong. */
export const alertRuleStates = pgTable(
  'alert_rule_states',
  {
    ruleId: bigint('rule_id', { mode: 'number' })
      .notNull()
      .references(() => alertRules.id, { onDelete: 'cascade' }),
    nodeId: bigint('node_id', { mode: 'number' })
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    /** `pending`: wrong, but not for long enough yet. */
    phase: text('phase').$type<'pending' | 'firing'>().notNull(),
    /** Since when it is wrong without a break. */
    since: moment('since').notNull(),
    /** The sample that this was last judged by. */
    lastAt: moment('last_at').notNull(),
    value: doublePrecision('value'),
    /** Why it stands so, for who wonders that no alert has come. */
    reason: text('reason'),
  },
  (t) => [primaryKey({ columns: [t.ruleId, t.nodeId] })],
)
