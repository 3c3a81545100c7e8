import type { ChannelConfigOf } from '../../../contract/better-monitor/channel-configs.ts'
import { bodyOf, titleOf } from '../notice.ts'
import { jsonPost } from './json-post.ts'
import type { HttpSender } from './sender.ts'

const maxChars = 12_000

/** The three characters that mean something to Slack: `<!channel>` would call everybody. */
const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

/** An incoming webhook of Slack, or of what speaks like it. It has no errors inside a 200. */
export const slack: HttpSender<ChannelConfigOf<'slack'>> = {
  request({ url }, { notice, language }) {
    const fits = (text: string) => text.length <= maxChars
    const body = bodyOf(notice, language, { escape, lineBreak: '\n', fits })
    const text = `${escape(titleOf(notice, language))}\n${body}`
    return jsonPost(url, { text, mrkdwn: false, unfurl_links: false, unfurl_media: false })
  },
  refusal: () => null,
}
