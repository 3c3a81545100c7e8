import type { Logger } from '../../platform/logger.ts'
import type { Gate } from './gate.ts'
import { ParentError } from './parent-error.ts'

export type Outcome<T> = { ok: true; value: T } | { ok: false; error: ParentError }

export interface AttemptState {
  lastSuccessAt: number | null
  lastError: { at: number; message: string } | null
  /** The parent refuses this node's key. */
  unauthorised: boolean
}

/** Requests to the parent behind one gate, with what came of the last ones. */
export interface Attempts {
  /** Runs one request and tells the gate what came of it; throws only what is no ParentError. */
  run<T>(request: () => Promise<T>): Promise<Outcome<T>>
  state(): AttemptState
}

export function createAttempts(options: {
  gate: Gate
  clock: () => number
  logger: Logger
  onChange: () => void
}): Attempts {
  const { gate, clock, logger, onChange } = options
  const state: AttemptState = { lastSuccessAt: null, lastError: null, unauthorised: false }

  /** A parent that is away for a week is one line, not one for every try. */
  function logFailure(error: ParentError): void {
    const news = state.lastError?.message !== error.message || state.lastError === null
    const fields = { err: error, status: error.status, code: error.code, shutUntil: gate.shutUntil() }
    if (error.kind === 'unauthorised' && !state.unauthorised) {
      logger.error(
        fields,
        'the parent refuses the key of this node: everything waits in the spool; join the parent again',
      )
    } else if (news) logger.warn(fields, 'the parent did not take what was sent: it will be tried again')
    else logger.debug(fields, 'the parent still does not take what is sent')
  }

  function fulfilled(era: number): void {
    gate.succeeded(era)
    if (state.lastError) logger.info({ lastError: state.lastError.message }, 'the parent takes reports again')
    state.lastSuccessAt = clock()
    state.lastError = null
    state.unauthorised = false
  }

  function failed(error: ParentError, era: number): void {
    gate.failed(error, era)
    logFailure(error)
    state.lastError = { at: clock(), message: error.message }
    state.unauthorised = error.kind === 'unauthorised'
  }

  return {
    async run(request) {
      const era = gate.begin()
      try {
        const value = await request()
        fulfilled(era)
        onChange()
        return { ok: true, value }
      } catch (error) {
        if (!(error instanceof ParentError)) throw error
        // A refused item was answered by a living parent: what comes after it need not wait.
        if (error.kind === 'rejected') gate.succeeded(era)
        else if (error.kind !== 'cancelled') failed(error, era)
        onChange()
        return { ok: false, error }
      }
    },
    state: () => ({ ...state }),
  }
}
