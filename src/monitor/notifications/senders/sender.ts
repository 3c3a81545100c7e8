import type { Notice, NoticeLanguage } from '../../../contract/notifications.ts'
import type { DeliveryError } from '../delivery-error.ts'
import type { HttpRequest } from '../post.ts'

/** One notice for one channel. */
export interface Told {
  /** The same at every attempt. */
  uid: string
  notice: Notice
  language: NoticeLanguage
  nowMs: number
}

/** How a service is told over HTTP: what is posted, and what its answer means. */
export interface HttpSender<Config> {
  request(config: Config, told: Told): HttpRequest
  /** Why the service did not take it although it answered 2xx; null when it did. */
  refusal(answer: unknown): DeliveryError | null
}
