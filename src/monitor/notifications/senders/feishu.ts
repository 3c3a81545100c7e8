import { createHmac } from 'node:crypto'
import type { ChannelConfigOf } from '../../../contract/better-monitor/channel-configs.ts'
import { bodyOf, titleOf } from '../notice.ts'
import { fieldOf, jsonPost, refused } from './json-post.ts'
import type { HttpSender } from './sender.ts'

const maxTextBytes = 18_000
/** Too often, or too much at once. */
const laterCodes = new Set<unknown>([9_499, 11_232])

/** `<at user_id="all">` would call everybody. */
const escape = (text: string) => text.replaceAll('<', '＜').replaceAll('>', '＞')

/** A robot of a Feishu (Lark) group. Its signature is an HMAC of nothing, whose key is the time and the secret. */
export const feishu: HttpSender<ChannelConfigOf<'feishu'>> = {
  request({ url, secret }, { notice, language, nowMs }) {
    const fits = (text: string) => Buffer.byteLength(text) <= maxTextBytes
    const body = bodyOf(notice, language, { escape, lineBreak: '\n', fits })
    const text = `${escape(titleOf(notice, language))}\n${body}`
    const timestamp = String(Math.floor(nowMs / 1000))
    const sign =
      secret === undefined
        ? {}
        : { timestamp, sign: createHmac('sha256', `${timestamp}\n${secret}`).update('').digest('base64') }
    return jsonPost(url, { ...sign, msg_type: 'text', content: { text } })
  },
  refusal(answer) {
    const code = fieldOf(answer, 'code') ?? fieldOf(answer, 'StatusCode')
    const text = fieldOf(answer, 'msg') ?? fieldOf(answer, 'StatusMessage')
    return code === 0 ? null : refused(code, text, { retry: laterCodes.has(code) })
  },
}
