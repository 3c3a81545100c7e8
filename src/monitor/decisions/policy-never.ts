import { actionFromText, actionText, type Action } from '../../contract/actions.ts'
import type { DecisionIssue } from '../../contract/decisions.ts'
import { whyDestructive } from './destructive.ts'
import type { PolicyReason } from './policy-reasons.ts'

export interface Refusal {
  reason: PolicyReason
  /** The kind of destruction, where there is one. */
  kind: string | null
}

// Characters that mean something to a shell, characters that are not seen, and whatever starts another line.
const notALine = /[|&;<>()[\]{}$`\\*]|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/u

/**
 * What no rule, no model and no person can allow: destructive commands, lines that are more than one action, and a
 * typed action that is not what its text says. Null when nothing of this applies.
 */
export function whyNeverAllowed(issue: DecisionIssue, protectedServices: readonly string[]): Refusal | null {
  const fix = issue.proposed_fix.trim()
  for (const text of issue.action ? [fix, actionText(issue.action)] : [fix]) {
    const kind = whyDestructive(text, protectedServices)
    if (kind === 'stops_protected_service') return { reason: 'protected_service', kind }
    if (kind !== null) return { reason: 'destructive_command', kind }
  }
  if (!/[\p{L}\p{N}]/u.test(fix)) return { reason: 'malformed', kind: null }
  if (notALine.test(fix)) return { reason: 'shell_metacharacters', kind: null }
  const said = actionFromText(fix)
  if (issue.action && (said === null || !sameAction(said, issue.action)))
    return { reason: 'action_mismatch', kind: null }
  if (said && !hasSafeArgument(said)) return { reason: 'unsafe_argument', kind: null }
  return null
}

function sameAction(one: Action, other: Action): boolean {
  return one.type === other.type && unitless(actionText(one)) === unitless(actionText(other))
}

function unitless(text: string): string {
  return text.replace(/\.service$/, '')
}

/** Paths are absolute and without `..`; a service is a name, never a path. */
function hasSafeArgument(action: Action): boolean {
  switch (action.type) {
    case 'service.restart':
    case 'service.start':
      return !action.service.includes('/')
    case 'disk.clean':
      return isPlainPath(action.mount)
    case 'logs.rotate':
      return isPlainPath(action.path)
    case 'process.stop':
    case 'command.run':
      return true
  }
}

function isPlainPath(path: string): boolean {
  return path.startsWith('/') && !path.split('/').some((part) => part === '..' || part === '.')
}
