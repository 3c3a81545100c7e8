import { z } from 'zod'
import { isSecretName } from '../redact.ts'
import { ConfigSchema } from './schema.ts'

export type ValueKind = 'text' | 'number' | 'boolean' | 'texts' | 'yaml'

/** One key of the configuration as the schema declares it. */
export interface ConfigKey {
  path: readonly string[]
  /** How its value is read from an environment variable. */
  kind: ValueKind
  /** It groups other keys and can be given as a whole. */
  isGroup: boolean
  /** `null` means something here; elsewhere an empty key counts as not set. */
  allowsNull: boolean
  type: string
  default: unknown
  description: string
  isSecret: boolean
}

/** Every key of the configuration, groups before what they hold, in the order of the schema. */
export function configKeys(): ConfigKey[] {
  return keysOf(ConfigSchema, [])
}

function keysOf(schema: z.ZodObject, path: readonly string[]): ConfigKey[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const { inner, fallback, description } = unwrap(field as z.ZodType)
    const here = [...path, name]
    const group = inner instanceof z.ZodObject ? inner : undefined
    const key: ConfigKey = {
      path: here,
      kind: kindOf(inner),
      isGroup: group !== undefined,
      allowsNull: (field as z.ZodType).safeParse(null).success,
      type: typeText(inner),
      default: group ? undefined : fallback,
      description,
      isSecret: isSecretName(name) || here.join('.') === 'database.url',
    }
    return [key, ...(group ? keysOf(group, here) : [])]
  })
}

/** A schema without its wrappers, and the default and the description that these held. */
function unwrap(schema: z.ZodType): { inner: z.ZodType; fallback: unknown; description: string } {
  let inner = schema
  let fallback: unknown
  let { description } = schema
  for (;;) {
    if (inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) fallback ??= inner.def.defaultValue
    const next = wrapped(inner)
    if (!next) return { inner, fallback, description: description ?? '' }
    inner = next
    description ??= inner.description
  }
}

function wrapped(schema: z.ZodType): z.ZodType | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return schema.def.innerType as z.ZodType
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) return schema.def.innerType as z.ZodType
  if (schema instanceof z.ZodPipe) return schema.def.in as z.ZodType
  return undefined
}

function kindOf(schema: z.ZodType): ValueKind {
  if (schema instanceof z.ZodNumber) return 'number'
  if (schema instanceof z.ZodBoolean) return 'boolean'
  if (isText(schema)) return 'text'
  if (schema instanceof z.ZodArray) return isText(unwrap(schema.def.element as z.ZodType).inner) ? 'texts' : 'yaml'
  return 'yaml'
}

function isText(schema: z.ZodType): boolean {
  if (schema instanceof z.ZodUnion) return schema.def.options.every((option) => isText(option as z.ZodType))
  return schema instanceof z.ZodString || schema instanceof z.ZodStringFormat || schema instanceof z.ZodEnum
}

function typeText(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum) return schema.options.join(' | ')
  if (schema instanceof z.ZodArray) return `list of ${plural(unwrap(schema.def.element as z.ZodType).inner)}`
  if (schema instanceof z.ZodRecord) return 'map'
  if (schema instanceof z.ZodObject) return 'group'
  return kindOf(schema)
}

function plural(schema: z.ZodType): string {
  if (schema instanceof z.ZodEnum) return `(${schema.options.join(' | ')})`
  return schema instanceof z.ZodObject ? 'groups' : `${kindOf(schema)}s`
}

/** The keys a group knows at a path of the file, for "did you mean"; items of a list are looked through. */
export function knownNames(path: readonly (string | number)[]): string[] {
  let schema: z.ZodType | undefined = ConfigSchema
  for (const step of path) {
    const { inner } = unwrap(schema)
    if (inner instanceof z.ZodObject) schema = inner.shape[step] as z.ZodType | undefined
    else if (inner instanceof z.ZodArray) schema = inner.def.element as z.ZodType
    else if (inner instanceof z.ZodRecord) schema = inner.def.valueType as z.ZodType
    else return []
    if (!schema) return []
  }
  const { inner } = unwrap(schema)
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}
