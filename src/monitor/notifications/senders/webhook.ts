import { createHmac } from 'node:crypto'
import type { ChannelConfigOf } from '../../../contract/better-monitor/channel-configs.ts'
import { bodyOf, titleOf } from '../notice.ts'
import { jsonPost, textUpTo } from './json-post.ts'
import type { HttpSender } from './sender.ts'

const maxTextBytes = 65_536

/**
 * Any receiver: the notice as JSON, with its title and text. With a secret the body is signed:
 * `X-Cortex-Signature: sha256=<hex of HMAC-SHA256 over "<X-Cortex-Timestamp>.<body>">`. `Idempotency-Key` is the same at
 * every attempt.
 */
export const webhook: HttpSender<ChannelConfigOf<'webhook'>> = {
  request({ url, secret, headers }, { uid, notice, language, nowMs }) {
    const title = titleOf(notice, language)
    const text = bodyOf(notice, language, textUpTo(maxTextBytes))
    const request = jsonPost(url, { id: uid, title, text, ...notice }, headers)
    const timestamp = String(Math.floor(nowMs / 1000))
    const signature =
      secret === undefined ? null : createHmac('sha256', secret).update(`${timestamp}.${request.body}`).digest('hex')
    const own = { 'User-Agent': 'Cortex', 'Idempotency-Key': uid, 'X-Cortex-Timestamp': timestamp }
    const signed = signature === null ? own : { ...own, 'X-Cortex-Signature': `sha256=${signature}` }
    return { ...request, headers: { ...request.headers, ...signed } }
  },
  refusal: () => null,
}
