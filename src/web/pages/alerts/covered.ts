import type { Alert } from '../../../contract/alerts.ts'
import type { AlertMatchers } from '../../../contract/silences.ts'
import type { NodeItem } from '../../live/node-store.ts'

/** The nodes that a silence of that scope covers. */
export function coveredNodes(nodes: ReadonlyMap<string, NodeItem>, scope: string | null): NodeItem[] {
  return [...nodes.values()].filter(({ path }) => scope === null || path.includes(scope))
}

/** Whether the matchers fit an alert, as the node judges it: `*` is any run of characters, `?` is one. */
export function fits(
  { type, subject, severity, level }: AlertMatchers,
  alert: Pick<Alert, 'type' | 'subject' | 'severity' | 'level'>,
): boolean {
  return (
    (!type || globbed(type).test(alert.type)) &&
    (!subject || globbed(subject).test(alert.subject)) &&
    (!severity || severity === alert.severity) &&
    (!level || level === alert.level)
  )
}

function globbed(glob: string): RegExp {
  const signs = glob
    .replaceAll(/\*+/g, '*')
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '[^]*')
    .replaceAll('?', '[^]')
  return new RegExp(`^${signs}$`)
}
