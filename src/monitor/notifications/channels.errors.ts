import type { z } from 'zod'
import { conflict, invalidRequest, notFound } from '../../contract/errors.ts'

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

/** INVALID_REQUEST that names one field. */
export function wrongField(path: string, zh: string, en: string) {
  return invalidRequest(`请求参数无效：${path}: ${zh}`, `Invalid request: ${path}: ${en}`, {
    details: { issues: [{ path, message: en }] },
  })
}
