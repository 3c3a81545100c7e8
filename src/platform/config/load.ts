import { readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { configKeys } from './config-keys.ts'
import { readEnvironment } from './environment.ts'
import { hostFacts, withHostDefaults, type HostFacts } from './host-defaults.ts'
import { dropEmptyKeys, isGroup, mergeSettings } from './merge.ts'
import { ConfigInvalid } from './mistakes.ts'
import type { Config } from './schema.ts'
import { validate } from './validate.ts'
import { readYaml } from './yaml-source.ts'

const MAX_FILE_BYTES = 1_048_576

export interface LoadOptions {
  /** The YAML file; absent: the one that CORTEX_CONFIG names; neither: defaults and environment only. */
  file?: string | undefined
  env: NodeJS.ProcessEnv
  host?: HostFacts
}

/** Reads the configuration: defaults, then the file, then the environment. Throws `ConfigInvalid` with all mistakes. */
export function loadConfig({ file, env, host = hostFacts(env) }: LoadOptions): Config {
  const path = file ?? (env['CORTEX_CONFIG']?.trim() || undefined)
  const keys = configKeys()
  const source = path === undefined ? readYaml('', 'defaults') : readYaml(readConfigFile(path), path)
  const environment = readEnvironment(env, keys)
  const mistakes = [...source.mistakes, ...environment.mistakes]
  if (!isGroup(source.value)) mistakes.push({ where: source.locate([]), key: '', message: 'must be a map of keys' })

  const written = dropEmptyKeys(isGroup(source.value) ? source.value : {}, keys)
  const { config, found } = validate(mergeSettings(written, environment.settings), {
    source,
    settings: environment.settings,
  })
  if (config === null || mistakes.length > 0) throw new ConfigInvalid([...mistakes, ...found])
  return withHostDefaults(config, host, path === undefined ? process.cwd() : dirname(resolve(path)))
}

function readConfigFile(path: string): string {
  try {
    const { size } = statSync(path)
    if (size > MAX_FILE_BYTES)
      throw new ConfigInvalid([{ where: path, key: '', message: `is larger than ${MAX_FILE_BYTES} bytes` }])
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof ConfigInvalid) throw error
    const { code } = error as NodeJS.ErrnoException
    const why =
      { ENOENT: 'no such file', EACCES: 'may not be read by this user', EISDIR: 'is a folder' }[code ?? ''] ??
      String(code)
    throw new ConfigInvalid([{ where: path, key: '', message: why }])
  }
}
