import { createHmac } from 'node:crypto'
import type { ChannelConfigOf } from '../../../contract/better-monitor/channel-configs.ts'
import { bodyOf, titleOf } from '../notice.ts'
import { fieldOf, jsonPost, refused, textUpTo } from './json-post.ts'
import type { HttpSender } from './sender.ts'

const maxTextBytes = 18_000
/** 130101: more than 20 in a minute, after which the robot is silent for ten; -1: busy. */
const tooFast = 130_101
const busy = -1
const pauseMs = 600_000

/** A robot of a DingTalk group. The signature is over the time and goes into the address. */
export const dingtalk: HttpSender<ChannelConfigOf<'dingtalk'>> = {
  request({ url, secret }, { notice, language, nowMs }) {
    const signed = new URL(url)
    if (secret !== undefined) {
      signed.searchParams.set('timestamp', String(nowMs))
      signed.searchParams.set('sign', createHmac('sha256', secret).update(`${nowMs}\n${secret}`).digest('base64'))
    }
    const content = `${titleOf(notice, language)}\n${bodyOf(notice, language, textUpTo(maxTextBytes))}`
    return jsonPost(signed.href, { msgtype: 'text', text: { content }, at: { isAtAll: false } })
  },
  refusal(answer) {
    const code = fieldOf(answer, 'errcode')
    if (code === 0) return null
    const pause = code === tooFast ? { retryAfterMs: pauseMs } : {}
    return refused(code, fieldOf(answer, 'errmsg'), { retry: code === tooFast || code === busy, ...pause })
  },
}
