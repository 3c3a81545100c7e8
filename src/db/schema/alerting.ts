import { bigint, boolean, integer, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import type { Severity } from '../../contract/common.ts'
import { json, moment } from './columns.ts'
import { nodes } from './nodes.ts'
import { notificationChannels } from './notifications.ts'

/** What each channel was last told of a fault (a node's type and subject), whichever of its alerts it was. */
export const toldFaults = pgTable(
  'told_faults',
  {
    channelId: bigint('channel_id', { mode: 'number' })
      .notNull()
      .references(() => notificationChannels.id, { onDelete: 'cascade' }),
    nodeId: bigint('node_id', { mode: 'number' })
      .notNull()
      .references(() => nodes.id, { onDelete: 'cascade' }),
    type: text('type').notNull(),
    subject: text('subject').notNull(),
    /** The last notice about it; null: none that counts. */
    kind: text('kind').$type<'firing' | 'repeat' | 'resolved'>(),
    /** Key of that notice in the outbox. */
    noticeKey: text('notice_key'),
    alertUid: text('alert_uid'),
    severity: text('severity').$type<Severity>(),
    toldAt: moment('told_at'),
    /** A notice that it fires has reached the channel, and none since that it is over. */
    confirmed: boolean('confirmed').notNull().default(false),
    /** Notices so far: what makes the next one another. */
    rounds: integer('rounds').notNull().default(0),
    /** Since when there is something to tell that waits for its group. */
    waitingSince: moment('waiting_since'),
    /** When it was told anew, in ms; what flapping is seen by. */
    firsts: json<number[]>('firsts').notNull().default([]),
  },
  (t) => [primaryKey({ columns: [t.channelId, t.nodeId, t.type, t.subject] })],
)
