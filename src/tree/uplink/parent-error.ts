/**
 * Why a request to the parent did not succeed.
 * - `retryable`: nothing is known against the item; try it again later.
 * - `rejected`: the monitor itself said that this item is bad; the same again would be refused again.
 * - `unauthorised`: the key is not good there; trying again soon is hammering.
 * - `cancelled`: the caller gave up.
 */
export type FailureKind = 'retryable' | 'rejected' | 'unauthorised' | 'cancelled'

export class ParentError extends Error {
  readonly kind: FailureKind
  /** HTTP status, or null when there was no whole answer. */
  readonly status: number | null
  /** The error code the monitor gave, `TIMEOUT` when no answer came in time, else null. */
  readonly code: string | null
  /** How long the parent asked us to stay away, in ms. */
  readonly retryAfterMs: number | null
  /** No connection came about, or it broke: the parent had no work with the request, and trying again burdens nobody. */
  readonly unreachable: boolean

  constructor(init: {
    kind: FailureKind
    message: string
    status?: number | null
    code?: string | null
    retryAfterMs?: number | null
    unreachable?: boolean
    cause?: unknown
  }) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'ParentError'
    this.kind = init.kind
    this.status = init.status ?? null
    this.code = init.code ?? null
    this.retryAfterMs = init.retryAfterMs ?? null
    this.unreachable = init.unreachable ?? false
  }
}
