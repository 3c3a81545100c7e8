import type { ChannelConfigOf } from '../../../contract/better-monitor/channel-configs.ts'
import { bodyOf, titleOf } from '../notice.ts'
import { fieldOf, jsonPost, refused } from './json-post.ts'
import type { HttpSender } from './sender.ts'

const maxChars = 4096

/** The Bot API of Telegram: plain text, so that nothing in it is markup. */
export const telegram: HttpSender<ChannelConfigOf<'telegram'>> = {
  request({ bot_token, chat_id, server_url }, { notice, language }) {
    const title = titleOf(notice, language)
    const fits = (text: string) => title.length + 1 + text.length <= maxChars
    const text = bodyOf(notice, language, { escape: (line) => line, lineBreak: '\n', fits })
    const url = `${server_url.replace(/\/+$/, '')}/bot${bot_token}/sendMessage`
    return jsonPost(url, { chat_id, text: `${title}\n${text}`, link_preview_options: { is_disabled: true } })
  },
  refusal: (answer) =>
    fieldOf(answer, 'ok') === true
      ? null
      : refused(fieldOf(answer, 'error_code'), fieldOf(answer, 'description'), { retry: false }),
}
