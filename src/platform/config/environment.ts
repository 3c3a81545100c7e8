import { parse, YAMLParseError } from 'yaml'
import { closest } from '../../lib/closest.ts'
import type { ConfigKey } from './config-keys.ts'
import type { ConfigMistake } from './mistakes.ts'

/** Variables that have a name of their own beside the one that the rule gives. */
const SHORT_NAMES: Record<string, string> = {
  CORTEX_HOST: 'server.host',
  CORTEX_PORT: 'server.port',
  CORTEX_PUBLIC_URL: 'server.public_url',
  CORTEX_TRUSTED_PROXIES: 'server.trusted_proxies',
  CORTEX_SECRET_KEY: 'security.secret_key',
  CORTEX_ADMIN_PASSWORD: 'monitor.admin_password',
  CORTEX_REGISTRATION_TOKEN: 'monitor.registration_token',
  CORTEX_OFFLINE_AFTER_S: 'monitor.offline_after_s',
  CORTEX_ROLLUP_INTERVAL_S: 'monitor.rollup_interval_s',
  CORTEX_RETENTION_DAYS: 'monitor.retention_days',
  CORTEX_UPSTREAM_URL: 'upstream.urls',
  CORTEX_REPORT_INTERVAL_S: 'probe.report_interval_s',
  CORTEX_HEARTBEAT_INTERVAL_S: 'probe.heartbeat_interval_s',
  CORTEX_DECISION_AUTHORITY: 'decisions.authority',
  CORTEX_RATE_LIMIT_REPORTS_PER_MINUTE: 'rate_limits.reports_per_minute',
  CORTEX_RATE_LIMIT_QUERIES_PER_MINUTE: 'rate_limits.queries_per_minute',
  CORTEX_RATE_LIMIT_AUTH_PER_MINUTE: 'rate_limits.auth_per_minute',
  DATABASE_URL: 'database.url',
  OPENAI_BASE_URL: 'llm.base_url',
  OPENAI_API_KEY: 'llm.api_key',
}
/** Read by the command line, not a key of the file. */
const OTHER_NAMES = ['CORTEX_CONFIG']

export interface Setting {
  path: readonly string[]
  value: unknown
  variable: string
}

/** All variables that set a key: the one by rule (`CORTEX_` + the path in upper case joined by `_`) and its short names. */
export function variablesOf(key: ConfigKey): string[] {
  const dotted = key.path.join('.')
  const short = Object.keys(SHORT_NAMES).filter((name) => SHORT_NAMES[name] === dotted)
  return [...short, `CORTEX_${key.path.join('_').toUpperCase()}`]
}

/**
 * The settings that the environment makes, groups before what they hold. An empty variable counts as not set; a
 * CORTEX_ variable that means nothing, a value that cannot be read, and two variables for one key are mistakes.
 */
export function readEnvironment(
  env: NodeJS.ProcessEnv,
  keys: readonly ConfigKey[],
): { settings: Setting[]; mistakes: ConfigMistake[] } {
  const byVariable = new Map(keys.flatMap((key) => variablesOf(key).map((variable) => [variable, key] as const)))
  const known = [...byVariable.keys(), ...OTHER_NAMES]
  const settings: Setting[] = []
  const mistakes: ConfigMistake[] = []
  const mistake = (variable: string, key: string, message: string) =>
    mistakes.push({ where: `environment variable ${variable}`, key, message })

  for (const [variable, text] of Object.entries(env)) {
    if (text === undefined || text.trim() === '') continue
    const key = byVariable.get(variable)
    if (!key) {
      if (variable.startsWith('CORTEX_') && !OTHER_NAMES.includes(variable)) {
        const meant = closest(variable, known)
        mistake(variable, '', meant ? `no such setting; did you mean ${meant}?` : 'no such setting')
      }
      continue
    }
    const read = readValue(text.trim(), key)
    if ('message' in read) mistake(variable, key.path.join('.'), read.message)
    else settings.push({ path: key.path, value: read.value, variable })
  }

  const byPath = Map.groupBy(settings, (setting) => setting.path.join('.'))
  for (const [path, [first, second]] of byPath) {
    if (first && second && JSON.stringify(first.value) !== JSON.stringify(second.value)) {
      mistake(second.variable, path, `says something else than ${first.variable}: keep one`)
    }
  }
  return { settings: settings.sort((a, b) => a.path.length - b.path.length), mistakes }
}

function readValue(text: string, { kind }: ConfigKey): { value: unknown } | { message: string } {
  switch (kind) {
    case 'text':
      return { value: text }
    case 'number':
      return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)
        ? { value: Number(text) }
        : { message: 'must be a number' }
    case 'boolean':
      if (/^(true|yes|on|1)$/i.test(text)) return { value: true }
      if (/^(false|no|off|0)$/i.test(text)) return { value: false }
      return { message: 'must be true or false' }
    case 'texts':
      if (!text.startsWith('[') && !text.startsWith('- '))
        return {
          value: text
            .split(',')
            .map((item) => item.trim())
            .filter(Boolean),
        }
      return readYamlValue(text)
    case 'yaml':
      return readYamlValue(text)
  }
}

function readYamlValue(text: string): { value: unknown } | { message: string } {
  try {
    return { value: parse(text, { logLevel: 'silent', prettyErrors: false, maxAliasCount: 100 }) as unknown }
  } catch (error) {
    if (error instanceof YAMLParseError || error instanceof ReferenceError)
      return { message: `is not YAML: ${error.message}` }
    throw error
  }
}
