import type { ChannelConfigOf } from '../../../contract/better-monitor/channel-configs.ts'
import { bodyOf, titleOf } from '../notice.ts'
import { fieldOf, jsonPost, refused } from './json-post.ts'
import type { HttpSender } from './sender.ts'

const maxContentBytes = 2048
/** -1: busy; 45009: more than 20 in a minute. */
const laterCodes = new Set<unknown>([-1, 45_009])
const pauseMs = 60_000

/** A robot of a WeCom group: plain text, in which nobody is mentioned. */
export const wecom: HttpSender<ChannelConfigOf<'wecom'>> = {
  request({ url }, { notice, language }) {
    const title = titleOf(notice, language)
    const fits = (text: string) => Buffer.byteLength(`${title}\n${text}`) <= maxContentBytes
    const content = `${title}\n${bodyOf(notice, language, { escape: (text) => text, lineBreak: '\n', fits })}`
    return jsonPost(url, { msgtype: 'text', text: { content } })
  },
  refusal(answer) {
    const code = fieldOf(answer, 'errcode')
    if (code === 0) return null
    const isLater = laterCodes.has(code)
    return refused(code, fieldOf(answer, 'errmsg'), { retry: isLater, ...(isLater ? { retryAfterMs: pauseMs } : {}) })
  },
}
