import { z } from 'zod'
import { type ChannelConfig, channelConfigs } from '../../contract/better-monitor/channel-configs.ts'
import { JsonObject } from '../../contract/common.ts'
import type { ChannelType } from '../../contract/notifications.ts'
import { ChannelConfigInvalid, wrongField } from './channels.errors.ts'
import { leadsElsewhere, unmask } from './secret-fields.ts'

/**
 * Reads the config of a channel as a person sent it: a JSON text or an object, with masks where a secret is to be kept.
 * `kept` is the config so far; null for a new channel and where its secrets cannot be read. Throws what is wrong, by field.
 */
export function readChannelConfig(type: ChannelType, sent: string | JsonObject, kept: JsonObject | null): JsonObject {
  const unmasked = unmask(type, typeof sent === 'string' ? parsedText(sent) : sent, kept)
  if ('wrongField' in unmasked) {
    throw wrongField(
      `config.${unmasked.wrongField}`,
      '没有已保存的密钥与此掩码对应：请填写密钥本身',
      'no secret is kept that this mask stands for: enter the secret itself',
    )
  }
  const input = { config: unmasked.config }
  const read = z.object({ config: channelConfigs[type] as z.ZodType<JsonObject> }).safeParse(input)
  if (!read.success) throw new ChannelConfigInvalid(read.error, input)
  // Back and forth, so that what is compared is what will be kept: without fields that are undefined.
  const config = JSON.parse(JSON.stringify(read.data.config)) as JsonObject
  const [restored] = unmasked.restored
  if (restored !== undefined && kept && leadsElsewhere(type, kept, config)) {
    throw wrongField(
      `config.${restored}`,
      '目标地址已改变：请重新填写密钥',
      'the channel leads elsewhere now: enter the secret again',
    )
  }
  return config
}

/** The config of a channel as it was kept, for sending. Null when this version does not understand it. */
export function keptChannelConfig(type: ChannelType, config: JsonObject): ChannelConfig | null {
  const read = channelConfigs[type].safeParse(config)
  return read.success ? ({ type, config: read.data } as ChannelConfig) : null
}

function parsedText(text: string): JsonObject {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw wrongField('config', '不是有效的 JSON', 'is not valid JSON')
  }
  const read = JsonObject.safeParse(value)
  if (!read.success) throw wrongField('config', '应为 JSON 对象', 'must hold a JSON object')
  return read.data
}
