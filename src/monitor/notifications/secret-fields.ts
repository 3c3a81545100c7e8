import type { JsonObject } from '../../contract/common.ts'
import type { ChannelType } from '../../contract/notifications.ts'

const maskText = '******'

/** How much of a secret field is shown: nothing, the server of an address, or the address without its query. */
type Mask = 'whole' | 'path' | 'query' | 'values'

/** The fields of each type that only the receiver may know. An address of a robot holds its token. */
const secretFields: Record<ChannelType, Record<string, Mask>> = {
  email: { password: 'whole' },
  webhook: { url: 'query', secret: 'whole', headers: 'values' },
  telegram: { bot_token: 'whole' },
  dingtalk: { url: 'path', secret: 'whole' },
  feishu: { url: 'path', secret: 'whole' },
  wecom: { url: 'path' },
  slack: { url: 'path' },
  serverchan: { send_key: 'whole' },
  bark: { device_key: 'whole' },
}

/** The fields that say where things go; when they change, a secret has to be entered anew. */
const destinationFields: Record<ChannelType, readonly string[]> = {
  email: ['smtp_host', 'smtp_port', 'security'],
  webhook: ['url'],
  telegram: ['server_url'],
  dingtalk: [],
  feishu: [],
  wecom: [],
  slack: [],
  serverchan: ['server_url'],
  bark: ['server_url'],
}

/** A config in two: what may be read, and what is only kept encrypted. */
export function splitSecrets(type: ChannelType, config: JsonObject): { open: JsonObject; secret: JsonObject } {
  const isSecret = ([name]: [string, unknown]) => name in secretFields[type]
  const entries = Object.entries(config)
  return {
    open: Object.fromEntries(entries.filter((entry) => !isSecret(entry))),
    secret: Object.fromEntries(entries.filter(isSecret)),
  }
}

/** The config as it is shown: every secret is a mask. Of secrets that cannot be read (null) nothing is shown. */
export function maskedConfig(type: ChannelType, open: JsonObject, secret: JsonObject | null): JsonObject {
  const masked = Object.entries(secret ?? {}).map(([name, value]) => [name, shown(secretFields[type][name], value)])
  return { ...open, ...Object.fromEntries(masked) }
}

/** The config with what was kept, and which fields that were; or the field whose mask stands for nothing. */
export type Unmasked = { config: JsonObject; restored: readonly string[] } | { wrongField: string }

/** Puts the kept secrets back where a mask was sent. `kept` is null for a new channel and for secrets that cannot be read. */
export function unmask(type: ChannelType, sent: JsonObject, kept: JsonObject | null): Unmasked {
  const config: JsonObject = { ...sent }
  const restored: string[] = []
  for (const [name, mask] of Object.entries(secretFields[type])) {
    if (!JSON.stringify(sent[name] ?? null).includes(maskText)) continue
    const value = restore(mask, sent[name], kept?.[name])
    if (value === undefined) return { wrongField: name }
    config[name] = value
    restored.push(name)
  }
  return { config, restored }
}

/**
 * True when the channel now leads elsewhere. A secret that was kept must not go along: who may change a channel could read it
 * by having it sent to a server of theirs.
 */
export function leadsElsewhere(type: ChannelType, before: JsonObject, after: JsonObject): boolean {
  return destinationFields[type].some((name) => before[name] !== after[name])
}

function restore(mask: Mask, sent: unknown, kept: unknown): unknown {
  if (kept === undefined) return undefined
  if (mask !== 'values') return sent === shown(mask, kept) ? kept : undefined
  const values = { ...(sent as JsonObject) }
  for (const [name, value] of Object.entries(values)) if (value === maskText) values[name] = (kept as JsonObject)[name]
  return Object.values(values).includes(undefined) ? undefined : values
}

function shown(mask: Mask | undefined, value: unknown): unknown {
  if (mask === 'values' && typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.keys(value).map((name) => [name, maskText]))
  }
  if ((mask === 'path' || mask === 'query') && typeof value === 'string' && URL.canParse(value)) {
    const url = new URL(value)
    if (mask === 'path') return `${url.origin}/${maskText}`
    return url.search === '' && url.hash === '' ? value : `${url.origin}${url.pathname}?${maskText}`
  }
  return maskText
}

const minSecretLength = 4

/** A text without the secrets of a channel: a receiver may say again what it was told. */
export function withoutSecrets(text: string, secret: JsonObject): string {
  return secretTexts(Object.values(secret))
    .filter((part) => part.length >= minSecretLength)
    .sort((a, b) => b.length - a.length)
    .reduce((rest, part) => rest.replaceAll(part, maskText), text)
}

/** Every text in it; of an address also the parts that hold a token. */
function secretTexts(values: readonly unknown[]): string[] {
  return values.flatMap((value) => {
    if (typeof value === 'object' && value !== null) return secretTexts(Object.values(value))
    if (typeof value !== 'string') return []
    if (!URL.canParse(value)) return [value]
    const url = new URL(value)
    return [value, ...url.searchParams.values(), ...url.pathname.split('/').filter((part) => part.length >= 16)]
  })
}
