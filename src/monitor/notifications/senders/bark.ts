import type { Severity } from '../../../contract/common.ts'
import type { ChannelConfigOf } from '../../../contract/better-monitor/channel-configs.ts'
import type { Notice } from '../../../contract/notifications.ts'
import { bodyOf, titleOf } from '../notice.ts'
import { fieldOf, jsonPost, refused, textUpTo } from './json-post.ts'
import type { HttpSender } from './sender.ts'

/** Apple takes 4 KiB in all. */
const maxTextBytes = 2_500
const levels: Record<Severity, string> = {
  low: 'passive',
  medium: 'active',
  high: 'timeSensitive',
  critical: 'critical',
}

/** Bark: a push to a phone. A critical fault sounds through a phone that is silenced, its end does not. */
export const bark: HttpSender<ChannelConfigOf<'bark'>> = {
  request({ device_key, server_url, sound, group }, { notice, language }) {
    const title = titleOf(notice, language)
    const body = bodyOf(notice, language, textUpTo(maxTextBytes))
    const more = { ...(sound === undefined ? {} : { sound }), group: group ?? 'Cortex', level: levelOf(notice) }
    return jsonPost(`${server_url.replace(/\/+$/, '')}/push`, { device_key, title, body, ...more })
  },
  refusal(answer) {
    const code = fieldOf(answer, 'code')
    return code === 200 ? null : refused(code, fieldOf(answer, 'message'), { retry: false })
  },
}

function levelOf({ kind, severity }: Notice): string {
  return kind === 'firing' || kind === 'repeat' ? levels[severity] : 'active'
}
