import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import type { JsonObject, Severity } from '../../contract/common.ts'
import type { ChannelType, DeliveryState, Notice, NoticeLanguage } from '../../contract/notifications.ts'
import { json, moment, rowId } from './columns.ts'

/** Where notices go. */
export const notificationChannels = pgTable('notification_channels', {
  id: rowId(),
  /** Binds the sealed secrets to their row. */
  uid: text('uid').notNull().unique(),
  type: text('type').$type<ChannelType>().notNull(),
  name: text('name').notNull(),
  enabled: boolean('enabled').notNull(),
  /** What everybody who may see the channel may read. */
  config: json<JsonObject>('config').notNull(),
  /** The secret fields of the config, encrypted; null when there are none. */
  secrets: text('secrets'),
  language: text('language').$type<NoticeLanguage>().notNull().default('zh'),
  /** Nothing below this is told; null: everything is. */
  minSeverity: text('min_severity').$type<Severity>(),
  /** agent_id of the only subtree that is told of; null: all. */
  subtree: text('subtree'),
  sendResolved: boolean('send_resolved').notNull().default(true),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
})

/** The outbox: every notice for every channel, until it is forgotten with the rest of the history. */
export const notices = pgTable(
  'notices',
  {
    id: rowId(),
    channelId: bigint('channel_id', { mode: 'number' }).references(() => notificationChannels.id, {
      onDelete: 'set null',
    }),
    /** As they were, for when the channel is gone. */
    channelName: text('channel_name').notNull(),
    channelType: text('channel_type').$type<ChannelType>().notNull(),
    /** What makes the notice one: the same key again is no second notice. */
    key: text('key').notNull(),
    /** Sent along, so that a receiver can drop what it got twice. */
    uid: text('uid').notNull().unique(),
    notice: json<Notice>('notice').notNull(),
    state: text('state').$type<DeliveryState>().notNull().default('pending'),
    reason: text('reason'),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    nextAt: moment('next_at'),
    /** Until then a worker has it. */
    leasedUntil: moment('leased_until'),
    createdAt: moment('created_at').notNull(),
    sentAt: moment('sent_at'),
  },
  (t) => [
    uniqueIndex('notices_key').on(t.channelId, t.key),
    index('notices_waiting_idx')
      .on(t.channelId, t.id)
      .where(sql`state in ('pending', 'sending')`),
    index('notices_created_idx').on(t.createdAt.desc(), t.id.desc()),
  ],
)
