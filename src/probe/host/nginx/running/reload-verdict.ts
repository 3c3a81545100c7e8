import type { NginxMessage } from '../reading/messages.ts'

/**
 * What became of a reload: `taken` when only new workers take connections, `refused` when nginx says that it keeps its old
 * configuration or its new workers cannot live, else `wait`. A bind that fails is tried again by nginx itself.
 */
export function reloadVerdict(seen: {
  before: readonly number[]
  now: readonly number[]
  masterRuns: boolean
  messages: readonly NginxMessage[]
}): 'taken' | 'refused' | 'wait' {
  if (!seen.masterRuns) return 'refused'
  if (seen.messages.some(refuses)) return 'refused'
  const onlyNew = seen.now.length > 0 && seen.now.every((pid) => !seen.before.includes(pid))
  return onlyNew ? 'taken' : 'wait'
}

const refuses = ({ level, text }: NginxMessage): boolean =>
  (level === 'emerg' && !/^bind\(\) to .* failed/.test(text)) ||
  (level === 'alert' && /exited with fatal code|cannot be respawned/.test(text))
