import type { ChannelType } from '../../../contract/notifications.ts'
import type { channelsTexts } from './channels.texts.ts'

type TextKey = keyof (typeof channelsTexts)['zh']

/** One field of the config of a channel, as a person fills it in. */
export interface ChannelField {
  name: string
  label: TextKey
  /** `headers`: one `Name: value` a line. `secret` is shown as a mask that stands for what is kept. */
  kind: 'text' | 'secret' | 'url' | 'port' | 'security' | 'headers'
  required?: boolean
  example?: string
}

const url = (example: string): ChannelField => ({ name: 'url', label: 'url', kind: 'url', required: true, example })
const server = (example: string): ChannelField => ({ name: 'server_url', label: 'serverUrl', kind: 'url', example })
const signing: ChannelField = { name: 'secret', label: 'signing', kind: 'secret' }

/** The fields of every type of channel, in the order in which one fills them in. */
export const channelFields: Record<ChannelType, readonly ChannelField[]> = {
  email: [
    { name: 'smtp_host', label: 'smtpHost', kind: 'text', required: true, example: 'smtp.example.com' },
    { name: 'smtp_port', label: 'smtpPort', kind: 'port', example: '587' },
    { name: 'security', label: 'security', kind: 'security' },
    { name: 'username', label: 'username', kind: 'text' },
    { name: 'password', label: 'password', kind: 'secret' },
    { name: 'from', label: 'from', kind: 'text', required: true, example: 'Cortex <alerts@example.com>' },
    { name: 'to', label: 'to', kind: 'text', required: true, example: 'ops@example.com, night@example.com' },
  ],
  webhook: [
    url('https://example.com/hook'),
    signing,
    { name: 'headers', label: 'headers', kind: 'headers', example: 'Authorization: Bearer …' },
  ],
  telegram: [
    { name: 'bot_token', label: 'botToken', kind: 'secret', required: true, example: '123456:ABC-DEF' },
    { name: 'chat_id', label: 'chatId', kind: 'text', required: true, example: '-1001234567890' },
    server('https://api.telegram.org'),
  ],
  dingtalk: [url('https://oapi.dingtalk.com/robot/send?access_token=…'), signing],
  feishu: [url('https://open.feishu.cn/open-apis/bot/v2/hook/…'), signing],
  wecom: [url('https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=…')],
  slack: [url('https://hooks.slack.com/services/…')],
  serverchan: [
    { name: 'send_key', label: 'sendKey', kind: 'secret', required: true, example: 'SCT…' },
    server('https://sctapi.ftqq.com'),
  ],
  bark: [
    { name: 'device_key', label: 'deviceKey', kind: 'secret', required: true },
    server('https://api.day.app'),
    { name: 'sound', label: 'sound', kind: 'text' },
    { name: 'group', label: 'group', kind: 'text' },
  ],
}
export const channelTypes = Object.keys(channelFields) as ChannelType[]

/** What was filled in, by the name of the field. */
export type Filled = Readonly<Record<string, string>>

/** The config of a channel, as the API shows it (a JSON text), as texts for its fields. */
export function filledFrom(type: ChannelType, config: string): Filled {
  const values = readObject(config)
  return Object.fromEntries(
    channelFields[type].flatMap(({ name, kind }) => {
      const value = values[name]
      if (value === undefined || value === null) return []
      return [[name, kind === 'headers' ? headerLines(value) : plainText(value)]]
    }),
  )
}

/** The config as it is sent: what is empty is left out, a mask stays a mask, which keeps what it stands for. */
export function configFrom(type: ChannelType, filled: Filled): Record<string, unknown> {
  return Object.fromEntries(
    channelFields[type].flatMap(({ name, kind }): Array<[string, unknown]> => {
      const text = (filled[name] ?? '').trim()
      if (text === '') return []
      if (kind === 'headers') return [[name, headersFrom(text)]]
      return [[name, kind === 'port' ? Number(text) : text]]
    }),
  )
}

const plainText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

function headerLines(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .map(([name, text]) => `${name}: ${plainText(text)}`)
    .join('\n')
}

function headersFrom(text: string): Record<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':')
      return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()]
    }),
  )
}

function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
