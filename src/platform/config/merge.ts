import type { ConfigKey } from './config-keys.ts'
import type { Setting } from './environment.ts'

export function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The file's groups with the settings of the environment laid over them. */
export function mergeSettings(written: Record<string, unknown>, settings: readonly Setting[]): Record<string, unknown> {
  const root = structuredClone(written)
  for (const { path, value } of settings) parentOf(root, path)[path.at(-1) as string] = value
  return root
}

function parentOf(root: Record<string, unknown>, path: readonly string[]): Record<string, unknown> {
  let group = root
  for (const name of path.slice(0, -1)) {
    const next = group[name]
    group = group[name] = isGroup(next) ? next : {}
  }
  return group
}

/** Drops keys with nothing behind them (`services:` whose items are all comments): they count as not set. */
export function dropEmptyKeys(written: Record<string, unknown>, keys: readonly ConfigKey[]): Record<string, unknown> {
  const root = structuredClone(written)
  for (const { path, allowsNull } of keys) {
    let group: unknown = root
    for (const name of path.slice(0, -1)) group = isGroup(group) ? group[name] : undefined
    const name = path.at(-1) as string
    if (isGroup(group) && group[name] === null && !allowsNull) delete group[name]
  }
  return root
}
