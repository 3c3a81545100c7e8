import { type Failure, failureOf } from './client.ts'

const unanswered = [0, 502, 503, 504]
const maxWaitMs = 30_000

/** Whether a question is asked again: what was refused stays refused, what did not arrive or came too soon does not. */
export function isAskedAgain(failures: number, error: unknown): boolean {
  const { status } = failureOf(error)
  if (status === 429) return failures < 6
  return failures < 2 && unanswered.includes(status)
}

/** How long to wait before that, in ms: what the server asks for, else longer each time. */
export function pauseBeforeMs(failures: number, error: unknown): number {
  const { retryAfterS }: Failure = failureOf(error)
  return retryAfterS === null ? Math.min(1000 * 2 ** failures, maxWaitMs) : Math.min(retryAfterS * 1000, maxWaitMs)
}
