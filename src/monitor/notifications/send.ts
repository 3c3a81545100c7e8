import type { ChannelConfig } from '../../contract/better-monitor/channel-configs.ts'
import type { AddressGuard } from './addresses.ts'
import { DeliveryError } from './delivery-error.ts'
import { statusRefusal } from './http-status.ts'
import { sendMail } from './mail.ts'
import { post } from './post.ts'
import { bark } from './senders/bark.ts'
import { dingtalk } from './senders/dingtalk.ts'
import { feishu } from './senders/feishu.ts'
import type { HttpSender, Told } from './senders/sender.ts'
import { serverchan } from './senders/serverchan.ts'
import { slack } from './senders/slack.ts'
import { telegram } from './senders/telegram.ts'
import { webhook } from './senders/webhook.ts'
import { wecom } from './senders/wecom.ts'

type HttpChannel = Exclude<ChannelConfig, { type: 'email' }>
const senders: { [C in HttpChannel as C['type']]: HttpSender<C['config']> } = {
  webhook,
  telegram,
  dingtalk,
  feishu,
  wecom,
  slack,
  serverchan,
  bark,
}

/** Makes one attempt. Resolves with a remark where something is to be said although it was taken; throws a DeliveryError. */
export type Send = (channel: ChannelConfig, told: Told, handOver: () => Promise<void>) => Promise<string | null>

/** How notices leave this node. An attempt takes at most `timeoutMs`. `ca` replaces the authorities that are trusted. */
export function createSend(parts: { guard: AddressGuard; ca: string[] | undefined; timeoutMs: number }): Send {
  const { guard, ca, timeoutMs } = parts

  return async (channel, told, handOver) => {
    const options = { guard, ca, signal: AbortSignal.timeout(timeoutMs), handOver }
    if (channel.type === 'email') {
      const rejected = await sendMail(channel.config, told, options)
      return rejected.length === 0 ? null : `refused for ${rejected.join(', ')}`
    }
    // The compiler cannot see that a sender and a config found by the same type fit.
    const sender = senders[channel.type] as HttpSender<HttpChannel['config']>
    const answer = await post(sender.request(channel.config, told), options)
    const refusal = statusRefusal(answer, told.nowMs) ?? sender.refusal(jsonOrNull(answer.text))
    if (refusal) throw refusal
    return null
  }
}

/** For what is thrown by a fault of ours, too. */
export function deliveryErrorOf(error: unknown): DeliveryError {
  return error instanceof DeliveryError
    ? error
    : new DeliveryError('internal', 'the attempt failed inside this node: see its log', { retry: true })
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
