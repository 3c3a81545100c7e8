import { formatDuration } from '../../lib/duration.ts'
import { textTable } from '../text-table.ts'

/** How one step of the demo ended. */
export interface StepResult {
  title: string
  /** Null when it all happened. */
  failure: string | null
  text: string
  tookMs: number
}

/** The table at the end: every step, whether it happened, how long it took. */
export function summaryText(results: readonly StepResult[]): string {
  const rows = results.map(({ title, failure, text, tookMs }) => [
    failure === null ? 'done' : 'FAILED',
    formatDuration(tookMs),
    title,
    failure === null ? text : (failure.split('\n', 1)[0] ?? failure),
  ])
  return textTable(['RESULT', 'TOOK', 'STEP', 'WHAT WAS SEEN'], rows)
}
