import { sql } from 'drizzle-orm'
import { bigint, index, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { IntentType } from '../../contract/intents.ts'
import { moment, rowId } from './columns.ts'
import { nodes } from './nodes.ts'

/** One fault from its first event to its end; `task_id` of the intents about it. */
export const tasks = pgTable(
  'tasks',
  {
    id: rowId(),
    nodeId: bigint('node_id', { mode: 'number' })
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    type: text('type').notNull(),
    subject: text('subject').notNull(),
    openedAt: moment('opened_at').notNull().defaultNow(),
    closedAt: moment('closed_at'),
  },
  (t) => [
    uniqueIndex('tasks_open_key')
      .on(t.nodeId, t.type, t.subject)
      .where(sql`closed_at is null`),
  ],
)

export const intents = pgTable(
  'intents',
  {
    id: rowId(),
    taskId: bigint('task_id', { mode: 'number' }),
    nodeId: bigint('node_id', { mode: 'number' }).references(() => nodes.id, { onDelete: 'set null' }),
    type: text('type').$type<IntentType>().notNull(),
    data: text('data').notNull(),
    actor: text('actor'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (t) => [
    index('intents_created_idx').on(t.createdAt.desc(), t.id.desc()),
    index('intents_task_idx').on(t.taskId),
    index('intents_node_idx').on(t.nodeId, t.createdAt.desc()),
  ],
)
