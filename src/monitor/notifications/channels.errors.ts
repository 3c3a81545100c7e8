import type { z } from 'zod'
import { conflict, deliveryFailed, invalidRequest, notFound, timeout } from '../../contract/errors.ts'

/** The config of a channel does not fit its type; the door says which field, in the language of the caller. */
export class ChannelConfigInvalid extends Error {
  readonly error: z.ZodError
  readonly input: unknown

  constructor(error: z.ZodError, input: unknown) {
    super('the config of a channel does not fit its type')
    this.name = 'ChannelConfigInvalid'
    this.error = error
    this.input = input
  }
}

export const channelNotFound = (id: number) => notFound(`通知渠道 ${id} 不存在`, `there is no channel ${id}`)

export const tooManyChannels = (max: number) =>
  conflict(`通知渠道最多 ${max} 个`, `there can be at most ${max} channels: delete one first`)

/** A trial of a channel did not arrive: 409 for lost secrets, 504 when the receiver was too slow, else 502. */
export function trialFailed(name: string, reason: string, text: string) {
  const details = { reason }
  if (reason === 'secrets_unreadable') return secretsUnreadable(name)
  const make = reason === 'timeout' ? timeout : deliveryFailed
  return make(`测试通知没有送达“${name}”：${text}`, `the test did not reach "${name}": ${text}`, { details })
}

const secretsUnreadable = (name: string) =>
  conflict(
    `渠道“${name}”的密钥无法解密（本节点的密钥已更换）：请重新填写 config 中的密钥`,
    `the secrets of channel "${name}" cannot be decrypted (the key of this node is another): enter them again in config`,
    { details: { reason: 'secrets_unreadable' } },
  )

/** INVALID_REQUEST that names one field. */
export function wrongField(path: string, zh: string, en: string) {
  return invalidRequest(`请求参数无效：${path}: ${zh}`, `Invalid request: ${path}: ${en}`, {
    details: { issues: [{ path, message: en }] },
  })
}
