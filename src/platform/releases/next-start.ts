import type { ReleaseState } from './release-state.ts'

/** What to start, why, and the state to write before. `run` null: the installation itself. */
export interface NextStart {
  run: string | null
  trial: boolean
  state: ReleaseState | null
  reason: 'installation' | 'current' | 'trial' | 'trial-cut-short' | 'no-way-back' | 'installed-anew' | 'build-missing'
}

/**
 * Decides which build a starting node runs. A trial is begun once: found begun and not confirmed it was cut short, and
 * the build before it runs again; unless the trial has changed the database, which only goes on with the new build.
 */
export function nextStart(
  state: ReleaseState | null,
  installed: { baseVersion: string; has: (version: string) => boolean },
): NextStart {
  if (state === null) return { run: null, trial: false, state: null, reason: 'installation' }
  if (state.base_version !== installed.baseVersion) {
    const over = state.trial ? ended(state, 'rolled_back', 'another version was installed meanwhile') : state
    const anew = { ...over, base_version: installed.baseVersion, current: null }
    return { run: null, trial: false, state: anew, reason: 'installed-anew' }
  }
  if (state.trial) {
    const { version, begun, no_way_back } = state.trial
    if (no_way_back) {
      const kept = ended(state, 'broken', 'it did not come up, and the database has its schema already')
      return { run: version, trial: false, state: { ...kept, current: version }, reason: 'no-way-back' }
    }
    if (begun)
      return settled(ended(state, 'rolled_back', 'its first start was cut short'), installed, 'trial-cut-short')
    if (!installed.has(version)) {
      return settled(ended(state, 'rolled_back', 'its files are gone'), installed, 'build-missing')
    }
    return { run: version, trial: true, state: { ...state, trial: { ...state.trial, begun: true } }, reason: 'trial' }
  }
  return settled(state, installed, state.current === null ? 'installation' : 'current')
}

function settled(
  state: ReleaseState,
  { has }: { has: (version: string) => boolean },
  reason: NextStart['reason'],
): NextStart {
  if (state.current === null || has(state.current)) return { run: state.current, trial: false, state, reason }
  return { run: null, trial: false, state: { ...state, current: null }, reason: 'build-missing' }
}

/** The state after a trial has ended that way. */
export function ended(
  state: ReleaseState,
  result: 'upgraded' | 'rolled_back' | 'broken',
  reason: string,
): ReleaseState {
  if (!state.trial) return state
  const { version, job_id } = state.trial
  const from = state.current ?? state.base_version
  return {
    ...state,
    current: result === 'rolled_back' ? state.current : version,
    trial: null,
    last: { version, from, job_id, result, reason },
  }
}
