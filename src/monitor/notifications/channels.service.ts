import type { Channel, ChannelChange, NewChannel } from '../../contract/better-monitor/channels.ts'
import type { JsonObject, Severity } from '../../contract/common.ts'
import type { ChannelType, NoticeLanguage } from '../../contract/notifications.ts'
import type { Database, Executor, Tx } from '../../db/open.ts'
import type { SecretBox } from '../../lib/secret-box.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Actor } from '../auth/actor.ts'
import type { Units } from '../changes/units.ts'
import { findNode } from '../nodes/nodes.store.ts'
import { readChannelConfig } from './channel-config.ts'
import { channelNotFound, tooManyChannels, wrongField } from './channels.errors.ts'
import {
  addChannel,
  allChannels,
  changeChannel,
  channelById,
  type ChannelRow,
  countChannels,
  deleteChannel,
  enabledChannels,
  lockChannel,
} from './channels.store.ts'
import { dropWaiting } from './outbox.store.ts'
import { maskedConfig, splitSecrets } from './secret-fields.ts'

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

const maxChannels = 200

/** Where notices go (spec: Better Monitor 7, 通知渠道). Secrets are kept encrypted, shown as masks, and never logged. */
export function createChannels(parts: {
  database: Database
  units: Units
  secrets: SecretBox
  clock: () => number
  newId: () => string
}) {
  const { database, units, secrets, clock, newId } = parts

  /** The whole config, or null when its secrets cannot be read. */
  function configOf(row: ChannelRow): JsonObject | null {
    if (row.secrets === null) return row.config
    const text = secrets.open(row.secrets, row.uid)
    return text === null ? null : { ...row.config, ...(JSON.parse(text) as JsonObject) }
  }

  function sealedParts(type: ChannelType, uid: string, config: JsonObject) {
    const { open, secret } = splitSecrets(type, config)
    const isSecret = Object.keys(secret).length > 0
    return { config: open, secrets: isSecret ? secrets.seal(JSON.stringify(secret), uid) : null }
  }

  function view(row: ChannelRow): Channel {
    const config = configOf(row)
    const secret = config && splitSecrets(row.type, config).secret
    return {
      id: row.id,
      type: row.type,
      name: row.name,
      config: JSON.stringify(maskedConfig(row.type, row.config, secret)),
      enabled: row.enabled,
      language: row.language,
      min_severity: row.minSeverity,
      subtree: row.subtree,
      send_resolved: row.sendResolved,
      secrets_lost: config === null,
      created_at: row.createdAt.toISOString(),
      updated_at: row.updatedAt.toISOString(),
    }
  }

  async function checkSubtree(tx: Tx, subtree: string | null | undefined): Promise<void> {
    if (subtree === null || subtree === undefined) return
    const node = await findNode(tx, subtree)
    if (!node || node.deletedAt) throw wrongField('subtree', `节点 ${subtree} 不存在`, `there is no node ${subtree}`)
  }

  return {
    /** The whole config of a channel with its secrets, for sending; null when they cannot be read. Goes nowhere else. */
    configOf,

    /** Every channel, secrets masked, oldest first. */
    async list(): Promise<Channel[]> {
      return (await allChannels(database.db)).map(view)
    },

    /** One channel, secrets masked. Throws NOT_FOUND. */
    async get(id: number): Promise<Channel> {
      const row = await channelById(database.db, id)
      if (!row) throw channelNotFound(id)
      return view(row)
    },

    /** Adds a channel. Throws INVALID_REQUEST that names the field, CONFLICT when there are too many. */
    async create(actor: Actor, body: NewChannel): Promise<Channel> {
      const config = readChannelConfig(body.type, body.config, null)
      return await units.run(async (unit) => {
        await checkSubtree(unit.tx, body.subtree)
        if ((await countChannels(unit.tx)) >= maxChannels) throw tooManyChannels(maxChannels)
        const uid = newId()
        const at = new Date(clock())
        const row = await addChannel(unit.tx, {
          ...fieldsOf(body),
          ...sealedParts(body.type, uid, config),
          uid,
          type: body.type,
          name: body.name,
          enabled: body.enabled,
          createdAt: at,
          updatedAt: at,
        })
        await audit(unit.tx, actor, 'channel.create', view(row))
        return view(row)
      })
    },

    /**
     * Changes what is given, leaves the rest; a secret whose mask is sent back stays. What waits for a channel that is turned
     * off is dropped. Throws INVALID_REQUEST that names the field, NOT_FOUND.
     */
    async change(actor: Actor, id: number, body: ChannelChange): Promise<Channel> {
      return await units.run(async (unit) => {
        const row = await lockChannel(unit.tx, id)
        if (!row) throw channelNotFound(id)
        if (body.type !== undefined && body.type !== row.type) {
          throw wrongField(
            'type',
            '渠道类型不能更改：请新建渠道',
            'the type of a channel cannot change: add another channel',
          )
        }
        await checkSubtree(unit.tx, body.subtree)
        const config = body.config === undefined ? {} : readChannelConfig(row.type, body.config, configOf(row))
        const changed = await changeChannel(unit.tx, id, {
          ...fieldsOf(body),
          ...(body.config === undefined ? {} : sealedParts(row.type, row.uid, config)),
          updatedAt: new Date(clock()),
        })
        if (!changed.enabled) await dropWaiting(unit.tx, id, 'channel_disabled')
        await audit(unit.tx, actor, 'channel.change', view(changed))
        return view(changed)
      })
    },

    /** Removes a channel; what waits for it is dropped, what was sent stays in the list. Throws NOT_FOUND. */
    async remove(actor: Actor, id: number): Promise<void> {
      await units.run(async (unit) => {
        const row = await lockChannel(unit.tx, id)
        if (!row) throw channelNotFound(id)
        await dropWaiting(unit.tx, id, 'channel_deleted')
        await deleteChannel(unit.tx, id)
        await audit(unit.tx, actor, 'channel.delete', view(row))
      })
    },

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
export type Channels = ReturnType<typeof createChannels>

/** The columns that a body sets as they are; what it leaves out is left out. */
function fieldsOf(body: ChannelChange) {
  const set = {
    name: body.name,
    enabled: body.enabled,
    language: body.language,
    minSeverity: body.min_severity,
    subtree: body.subtree,
    sendResolved: body.send_resolved,
  }
  return Object.fromEntries(Object.entries(set).filter(([, value]) => value !== undefined)) as Partial<ChannelRow>
}

/** What stands in the log is what a list shows: no secret. */
async function audit(tx: Tx, actor: Actor, action: string, channel: Channel): Promise<void> {
  const { id, type, name, config, enabled, language, min_severity, subtree, send_resolved } = channel
  const details = { type, name, config, enabled, language, min_severity, subtree, send_resolved }
  await appendAudit(tx, { actor, action, target: String(id), details })
}
