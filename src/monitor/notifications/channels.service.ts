import type { Severity } from '../../contract/common.ts'
import type { ChannelType, NoticeLanguage } from '../../contract/notifications.ts'
import type { Database, Executor } from '../../db/open.ts'
import { enabledChannels } from './channels.store.ts'

/** What decides whether a channel is told of something. */
export interface OpenChannel {
  id: number
  name: string
  type: ChannelType
  language: NoticeLanguage
  /** Nothing below this is told; null: everything is. */
  minSeverity: Severity | null
  /** agent_id of the only subtree that is told of; null: all. */
  subtree: string | null
  sendResolved: boolean
}

/** Where notices go (spec: Better Monitor 7, 通知渠道). */
export function createChannels({ database }: { database: Database }) {
  return {
    /** The channels that are turned on, oldest first. */
    async enabled(db: Executor = database.db): Promise<OpenChannel[]> {
      const rows = await enabledChannels(db)
      return rows.map(({ id, name, type, language, minSeverity, subtree, sendResolved }) => ({
        id,
        name,
        type,
        language,
        minSeverity,
        subtree,
        sendResolved,
      }))
    },
  }
}
