const HIDDEN = '[redacted]'
const MAX_DEPTH = 8

const SECRET_NAME =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-(api|secret)-key|.*(password|passwd|token|secret|api_?key|secret_?key|private_?key))$/i

/** True for the name of a field or header whose value must never be written anywhere. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name)
}

/**
 * A copy of a value that is safe to log: fields with a secret's name are replaced at any depth, errors become plain
 * objects with their causes, and what refers to itself or is nested deeper than eight levels is cut.
 */
export function redactSecrets(value: unknown): unknown {
  return walk(value, 0, new Set())
}

function walk(value: unknown, depth: number, above: Set<object>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date || ArrayBuffer.isView(value))
    return value instanceof Date ? value : `[${value.byteLength} bytes]`
  if (above.has(value)) return '[circular]'
  if (depth >= MAX_DEPTH) return '[deeper]'

  above.add(value)
  const copy = Array.isArray(value)
    ? value.map((item) => walk(item, depth + 1, above))
    : Object.fromEntries(
        fieldsOf(value).map(([name, field]) => [
          name,
          isSecretName(name) && field !== undefined && field !== null ? HIDDEN : walk(field, depth + 1, above),
        ]),
      )
  above.delete(value)
  return copy
}

function fieldsOf(value: object): [string, unknown][] {
  if (value instanceof Map) return [...value].map(([key, field]) => [String(key), field])
  if (value instanceof Headers) return [...value]
  const own = Object.entries(value)
  if (!(value instanceof Error)) return own
  const shown: [string, unknown][] = [
    ['type', value.name],
    ['message', value.message],
    ['stack', value.stack],
  ]
  if (value.cause !== undefined) shown.push(['cause', value.cause])
  return [...shown, ...own.filter(([name]) => !['name', 'message', 'stack', 'cause'].includes(name))]
}

const SECRETS_IN_TEXT: ReadonlyArray<[RegExp, string]> = [
  [/cortex_ak_[A-Za-z0-9_-]+/g, `cortex_ak_${HIDDEN}`],
  [/\b(bearer\s+)[A-Za-z0-9._~+/-]{8,}=*/gi, `$1${HIDDEN}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"'\\]*):[^\s@/"'\\]+@/gi, `$1:${HIDDEN}@`],
  [
    /("(?:authorization|cookie|[^"\\]*(?:password|token|secret|api_?key|secret_?key))":)"(?:[^"\\]|\\.)*"/gi,
    `$1"${HIDDEN}"`,
  ],
  [/([?&](?:token|ticket|api_key|password)=)[^&\s"'\\]+/gi, `$1${HIDDEN}`],
]

/** Hides what looks like a secret inside running text: API keys, bearer tokens, passwords in URLs, JSON fields. */
export function scrubText(text: string): string {
  return SECRETS_IN_TEXT.reduce((line, [pattern, replacement]) => line.replace(pattern, replacement), text)
}
