import { z } from 'zod'
import { wholeNumber } from '../common.ts'
import type { ChannelType } from '../notifications.ts'

/** No control characters: nothing in it can begin a header, a line or an escape of its own. */
const plainText = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'no control characters')
const given = (max: number) => plainText(max).min(1)

/** An address of http or https; credentials belong into a field that is kept secret. */
const Url = z
  .url({ protocol: /^https?$/, error: 'an address that begins with http:// or https://' })
  .max(2048)
  .refine((text) => !/^[a-z]+:\/\/[^/?#]*@/i.test(text), 'no user name or password in the address')

const HostName = z
  .string()
  .max(253)
  .regex(/^([A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9])?|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*)$/, 'a host name or an IP address')

const maxRecipients = 50
const mailbox = /^(?:[^<>@,;:"()[\]\\]{0,128}\s)?<?([^\s<>@,;:"()[\]\\]+@[^\s<>@,;:"()[\]\\]+)>?$/

/** `alerts@example.com`, or `Alerts <alerts@example.com>`. */
const Mailbox = given(320).refine((text) => {
  const address = mailbox.exec(text.trim())?.[1]
  return address !== undefined && z.email().safeParse(address).success && /<.*>$|^[^<>]*$/.test(text.trim())
}, 'an e-mail address, as alerts@example.com or Alerts <alerts@example.com>')

/** One address or several, as a list or separated by commas. */
const Mailboxes = z
  .union([z.string().max(16_384), z.array(z.string().max(320))])
  .transform((to) => (typeof to === 'string' ? to.split(',') : to).map((one) => one.trim()).filter((one) => one !== ''))
  .pipe(z.array(Mailbox).min(1).max(maxRecipients))
  .transform((all) => all.join(', '))

const email = z.strictObject({
  smtp_host: HostName,
  smtp_port: wholeNumber(1, 65_535).default(587),
  username: plainText(256).optional(),
  password: plainText(1024).optional(),
  from: Mailbox,
  to: Mailboxes,
  /** Absent: `tls` on port 465, else `starttls`, without which nothing is sent. */
  security: z.enum(['tls', 'starttls', 'none']).optional(),
})

const headerName = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}$/
const ownHeaders =
  /^(host|content-.*|transfer-encoding|connection|upgrade|te|trailer|expect|proxy-.*|idempotency-key|x-cortex-.*)$/i

const webhook = z.strictObject({
  url: Url,
  /** Signs every body: `X-Cortex-Signature: sha256=<hex of HMAC-SHA256 over "<X-Cortex-Timestamp>.<body>">`. */
  secret: given(512).optional(),
  headers: z
    .record(z.string(), plainText(4096).regex(/^[\x20-\x7e]*$/, 'printable ASCII characters'))
    .refine((headers) => Object.keys(headers).every((name) => headerName.test(name) && !ownHeaders.test(name)), {
      error: 'names of headers, none of which belongs to the connection or to this node',
    })
    .refine((headers) => Object.keys(headers).length <= 20, 'at most 20 headers')
    .optional(),
})

const telegram = z.strictObject({
  bot_token: given(256).regex(/^\d+:[A-Za-z0-9_-]+$/, 'a token as 123456:ABC-DEF, which @BotFather gives'),
  chat_id: z.union([z.number().int(), given(128)]).transform(String),
  /** A Bot API server of one's own. */
  server_url: Url.default('https://api.telegram.org'),
})

/** A robot of a group: the address holds its token. */
const robot = { url: Url, secret: given(512).optional() }
const dingtalk = z.strictObject(robot)
const feishu = z.strictObject(robot)
const wecom = z.strictObject({ url: Url })
const slack = z.strictObject({ url: Url })

const serverchan = z.strictObject({
  send_key: given(256).regex(/^[A-Za-z0-9_-]+$/, 'a SendKey, letters and digits'),
  /** Absent: the one that the key belongs to. */
  server_url: Url.optional(),
})

const bark = z.strictObject({
  device_key: given(256).regex(/^[A-Za-z0-9_-]+$/, 'a device key, letters and digits'),
  server_url: Url.default('https://api.day.app'),
  sound: given(64).optional(),
  group: given(128).optional(),
})

/** What each type of channel needs (rulings: channels); an unknown field is an error. */
export const channelConfigs = {
  email,
  webhook,
  telegram,
  dingtalk,
  feishu,
  wecom,
  slack,
  serverchan,
  bark,
} as const satisfies Record<ChannelType, z.ZodType>

/** The config of one type, as it is kept. */
export type ChannelConfigOf<T extends ChannelType> = z.output<(typeof channelConfigs)[T]>

/** The config of a channel together with its type. */
export type ChannelConfig = { [T in ChannelType]: { type: T; config: ChannelConfigOf<T> } }[ChannelType]
