/** Why a notice did not arrive. The text is for people and holds nothing secret. */
export class DeliveryError extends Error {
  /** One word for lists and metrics. */
  readonly reason: string
  /** False: another attempt would end the same. */
  readonly retry: boolean
  /** The receiver asks for this long a pause. */
  readonly retryAfterMs: number | undefined

  constructor(reason: string, message: string, more: { retry: boolean; retryAfterMs?: number | undefined }) {
    super(message)
    this.name = 'DeliveryError'
    this.reason = reason
    this.retry = more.retry
    this.retryAfterMs = more.retryAfterMs
  }
}
