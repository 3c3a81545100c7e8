import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import { hostFacts, withHostDefaults } from '../platform/config/host-defaults.ts'
import { ConfigSchema } from '../platform/config/schema.ts'
import { readYaml } from '../platform/config/yaml-source.ts'
import type { ConfigOption } from './command-line.ts'
import { configFileOf } from './node-config.ts'

/** The two keys that a supervisor needs; it must not judge the others, which may be those of a newer build. */
const Keys = z.object({
  data_dir: z.string().min(1).optional().catch(undefined),
  capabilities: z.array(z.string()).catch([]),
})

/** Where the data folder is, and whether builds may be replaced from afar: without validating the configuration. */
export function startFacts(options: ConfigOption, env: NodeJS.ProcessEnv): { dataDir: string; mayUpgrade: boolean } {
  const file = configFileOf(options, env)
  const written = Keys.safeParse(file === undefined ? {} : readYaml(textOf(file), file).value)
  const keys = written.data ?? { capabilities: [] }
  const data_dir = env['CORTEX_DATA_DIR']?.trim() || keys.data_dir
  const given = env['CORTEX_CAPABILITIES']?.trim()
  const capabilities = given ? given.split(',').map((name) => name.trim()) : keys.capabilities
  const config = withHostDefaults(
    ConfigSchema.parse(data_dir ? { data_dir } : {}),
    hostFacts(env),
    file === undefined ? process.cwd() : dirname(resolve(file)),
  )
  return { dataDir: config.data_dir, mayUpgrade: capabilities.includes('upgrade') }
}

/** A file that cannot be read is the node's to complain about. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
