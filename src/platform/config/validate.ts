import type { z } from 'zod'
import { closest } from '../../lib/closest.ts'
import { knownNames } from './config-keys.ts'
import { crossChecks } from './cross-checks.ts'
import type { Setting } from './environment.ts'
import type { ConfigMistake } from './mistakes.ts'
import { ConfigSchema, type WrittenConfig } from './schema.ts'
import type { KeyPath, YamlSource } from './yaml-source.ts'

/** Where the values came from, to say where a mistake stands. */
export interface Origin {
  source: YamlSource
  settings: readonly Setting[]
}

/** Validates each section by itself, so that a mistake in one hides none in another, nor what is wrong between two. */
export function validate(
  merged: Record<string, unknown>,
  origin: Origin,
): { config: WrittenConfig; found: [] } | { config: null; found: ConfigMistake[] } {
  const found: ConfigMistake[] = []
  const config: Record<string, unknown> = {}
  for (const name of Object.keys(merged)) {
    if (!Object.hasOwn(ConfigSchema.shape, name)) found.push(unknownKey([], name, origin))
  }
  const sound = new Set<string>()
  for (const [name, schema] of Object.entries(ConfigSchema.shape)) {
    const result = schema.safeParse(merged[name])
    if (result.success) sound.add(name)
    else found.push(...result.error.issues.flatMap((issue) => issueMistakes(issue, name, origin)))
    config[name] = result.data
  }
  for (const check of crossChecks) {
    if (!check.needs.every((name) => sound.has(name))) continue
    const mistake = check.find(config as WrittenConfig)
    if (mistake && !isForeign(mistake.path, origin)) found.push(at(mistake.path, mistake.message, origin))
  }
  return found.length === 0 ? { config: config as WrittenConfig, found: [] } : { config: null, found }
}

/** DATABASE_URL may be there for other programs of the host: no mistake of this node. */
function isForeign(path: KeyPath, { settings }: Origin): boolean {
  const set = settings.findLast((setting) => setting.path.join('.') === path.join('.'))
  return set?.variable === 'DATABASE_URL'
}

function issueMistakes(issue: z.core.$ZodIssue, section: string, origin: Origin): ConfigMistake[] {
  const path: KeyPath = [section, ...issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step))]
  if (issue.code === 'unrecognized_keys') return issue.keys.map((name) => unknownKey(path, name, origin))
  if (issue.code === 'invalid_union') return [at(path, 'has none of the forms that are allowed here', origin)]
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined')
  return [at(path, isMissing ? 'is missing' : issue.message, origin)]
}

function unknownKey(path: KeyPath, name: string, origin: Origin): ConfigMistake {
  const meant = closest(name, knownNames(path))
  return at([...path, name], meant ? `unknown key; did you mean "${meant}"?` : 'unknown key', origin)
}

/** A mistake with the place where its key was set: the variable that set it or a part of it, else the line of the file. */
function at(path: KeyPath, message: string, { source, settings }: Origin): ConfigMistake {
  const set = settings.findLast((setting) => setting.path.every((name, index) => path[index] === name))
  return { where: set ? `environment variable ${set.variable}` : source.locate(path), key: path.join('.'), message }
}
