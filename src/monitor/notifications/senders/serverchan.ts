import type { ChannelConfigOf } from '../../../contract/better-monitor/channel-configs.ts'
import { bodyOf, titleOf } from '../notice.ts'
import { fieldOf, jsonPost, refused } from './json-post.ts'
import type { HttpSender } from './sender.ts'

const maxTitleChars = 32
const maxTextBytes = 30_000

/** What means something in Markdown is quoted: nothing that a node wrote becomes a link or an image. */
const escape = (text: string) => text.replace(/[\\`*_{}[\]()#+!|<>~-]/g, '\\$&')

/** ServerChan: keys `sctp<number>t…` belong to its newer service, which has a server for each number. */
export const serverchan: HttpSender<ChannelConfigOf<'serverchan'>> = {
  request({ send_key, server_url }, { notice, language }) {
    const fits = (text: string) => Buffer.byteLength(text) <= maxTextBytes
    const desp = bodyOf(notice, language, { escape, lineBreak: '\n\n', fits })
    const title = Array.from(titleOf(notice, language)).slice(0, maxTitleChars).join('')
    return jsonPost(sendUrl(send_key, server_url), { title, desp })
  },
  refusal(answer) {
    const code = fieldOf(answer, 'code')
    const text = fieldOf(answer, 'message') ?? fieldOf(answer, 'error')
    return code === 0 ? null : refused(code, text, { retry: false })
  },
}

function sendUrl(key: string, server: string | undefined): string {
  if (server !== undefined) return `${server.replace(/\/+$/, '')}/${key}.send`
  const number = /^sctp(\d+)t/i.exec(key)?.[1]
  return number === undefined
    ? `https://sctapi.ftqq.com/${key}.send`
    : `https://${number}.push.ft07.com/send/${key}.send`
}
