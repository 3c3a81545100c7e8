import { variablesOf } from './environment.ts'
import type { ConfigKey } from './config-keys.ts'

/** The Markdown table of all keys: made from the schemas, so that it cannot be wrong about them. */
export function referenceTable(keys: readonly ConfigKey[]): string {
  const rows = keys.filter((key) => !key.isGroup).map(row)
  return `${['| key | variable | type | default | |', '|---|---|---|---|---|', ...rows].join('\n')}\n`
}

function row(key: ConfigKey): string {
  const variable = variablesOf(key)[0]
  const secret = key.isSecret ? ' A secret: never logged or shown.' : ''
  const cells = [
    `\`${key.path.join('.')}\``,
    `\`${variable}\``,
    key.type,
    defaultText(key.default),
    `${key.description}${secret}`,
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
}

function defaultText(value: unknown): string {
  return value === undefined ? '' : `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}
