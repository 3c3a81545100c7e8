import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError, invalidRequest } from '../contract/errors.ts'
import { hasEmbeddedPostgres } from '../db/embedded/running.ts'
import { hostFacts } from '../node/host-facts.ts'
import { loadConfig } from '../platform/config/load.ts'
import type { Config } from '../platform/config/schema.ts'
import { openDataDir } from '../platform/data-dir.ts'
import { createLogger } from '../platform/logger.ts'
import { buildInfo } from '../platform/version.ts'
import type { ParentEntry } from '../tree/uplink/identity.ts'
import { openIdentityFile } from '../tree/uplink/identity-file.ts'
import { createParentClient } from '../tree/uplink/parent-client.ts'
import { ParentError } from '../tree/uplink/parent-error.ts'
import { normalizeParentUrl } from '../tree/uplink/parents.ts'
import { joinParent } from '../tree/uplink/registration.ts'
import { ExitCode, type CommandContext, type ConfigOption } from './command-line.ts'
import { programName } from '../platform/invocation.ts'
import { changedJoinedConfig, newJoinedConfig, type JoinedNode } from './joined-config.ts'
import { whyUnreachable } from './monitor-client.ts'
import { configFileOf, dataDirWithoutFile, joinedConfigName } from './node-config.ts'
import { PlainError } from './plain-error.ts'
import { printable } from './printable.ts'

export type JoinOptions = ConfigOption & { url: string; token?: string; id?: string; name?: string; allow?: string }

/** `cortex join`: registers this host at a parent and leaves what `cortex start` needs to run as its child. */
export async function runJoin(options: JoinOptions, context: CommandContext): Promise<ExitCode> {
  const url = parentUrl(options.url)
  const token = options.token ?? context.env['CORTEX_UPSTREAM_TOKEN']?.trim()
  if (!token) {
    throw invalidRequest(
      '缺少注册令牌：请加上 --token（上级启动时打印）或设置 CORTEX_UPSTREAM_TOKEN',
      'The registration token is missing: give --token (the parent printed it when it started) or set CORTEX_UPSTREAM_TOKEN',
    )
  }
  const file = configFileOf(options, context.env)
  const config = configForJoin(options, { file, url, env: context.env })
  if (config.replicas.enabled) throw severalProcesses(url)
  const own = join(config.data_dir, joinedConfigName)
  if (file !== undefined && file !== own) demandParentIn(file, url, context.env)

  const entry = await register(config, url, token, context)
  const name = programName()
  context.out(`${config.node.id} is registered at ${entry.parent} (${url})\n`)
  const above = entry.lineage.map((id) => printable(id)).join(' → ')
  context.out(
    `  way to the root: ${config.node.id} → ${above}\n  its key is kept in ${join(config.data_dir, 'identity.json')}\n`,
  )
  const isNamed = file !== undefined && file !== own
  if (!isNamed) {
    const isMonitor = config.monitor.enabled
    const capabilities = options.allow === undefined ? undefined : config.capabilities
    const { id, name: label } = config.node
    context.out(`  ${writeConfig(own, { id, name: label, isMonitor, parentUrl: url, capabilities })}\n`)
  }
  context.out(`\n${nextSteps(name, startArguments(options, own, isNamed, context.env))}`)
  return ExitCode.ok
}

/** What they are towards the parent is in their database, not in the data folder of one of them. */
function severalProcesses(url: string) {
  return invalidRequest(
    `由多个进程组成的监控在启动时自行加入：请在各进程设置 upstream.urls: [${url}] 与 upstream.token，然后重新启动`,
    `A monitor of several processes joins by itself when it starts: give all of them upstream.urls: [${url}] and upstream.token, and restart them`,
  )
}

function parentUrl(text: string): string {
  try {
    return normalizeParentUrl(text)
  } catch (cause) {
    throw new PlainError(`${text} is not an address such as https://monitor.example.com or http://10.0.0.1:3333`, cause)
  }
}

/** The configuration that this host will run with. Without a file it is a leaf, unless it has been a monitor before. */
function configForJoin(
  { id, name, allow }: JoinOptions,
  { file, url, env }: { file: string | undefined; url: string; env: NodeJS.ProcessEnv },
): Config {
  const { CORTEX_UPSTREAM_TOKEN: _token, CORTEX_UPSTREAM_URLS: _urls, CORTEX_UPSTREAM_URL: _url, ...rest } = env
  const isMonitor = file === undefined && hasEmbeddedPostgres(dataDirWithoutFile(env))
  const role = file === undefined && !isMonitor ? { CORTEX_MONITOR_ENABLED: 'false' } : {}
  return loadConfig({
    file,
    env: {
      ...role,
      ...rest,
      CORTEX_UPSTREAM_URL: url,
      ...(allow === undefined ? {} : { CORTEX_CAPABILITIES: allow }),
      ...(id === undefined ? {} : { CORTEX_NODE_ID: id }),
      ...(name === undefined ? {} : { CORTEX_NODE_NAME: name }),
    },
  })
}

/** A config file of the person's own is not changed: it has to name the parent itself. */
function demandParentIn(file: string, url: string, env: NodeJS.ProcessEnv): void {
  const { urls } = loadConfig({ file, env }).upstream
  if (urls.some((known) => normalizeParentUrl(known) === url)) return
  throw invalidRequest(
    `${file} 中的 upstream.urls 不含 ${url}：请先加入该地址，再重新运行`,
    `${file} does not name ${url} as a parent: set upstream.urls: [${url}] there, then join again`,
  )
}

async function register(config: Config, url: string, token: string, context: CommandContext): Promise<ParentEntry> {
  const dataDir = await openDataDir(config.data_dir)
  const logger = createLogger({ level: 'error', node: config.node.id, write: context.err })
  const client = createParentClient({ parents: () => [], clock: Date.now, logger })
  const identity = openIdentityFile({ dataDir: dataDir.path, makeUid: randomUUID })
  const introduction = {
    agentId: config.node.id,
    name: config.node.name,
    role: config.monitor.enabled ? ('monitor' as const) : ('probe' as const),
    version: buildInfo().version,
    metadata: hostFacts(),
  }
  try {
    return await joinParent({ url, token, introduction, identity, client, logger })
  } catch (error) {
    throw inPlainWords(error, config.node.id, url)
  }
}

function inPlainWords(error: unknown, id: string, url: string): unknown {
  if (error instanceof ParentError && error.status === null) {
    return new PlainError(`${url} cannot be reached: ${whyUnreachable(error)}`)
  }
  if (error instanceof ParentError && error.status === 404) return new PlainError(`${url} is no Cortex monitor`)
  if (!(error instanceof AppError)) return error
  if (error.status === 401)
    return new PlainError(`${url} refuses this registration token: take the one that it printed`)
  if (error.status === 409) {
    return new PlainError(
      `${url} refuses the name ${id}: another machine has it, or it is that node itself or one above it.\n` +
        '  Choose another with --id; for a second node on one host set CORTEX_DATA_DIR and CORTEX_PORT too',
    )
  }
  return error
}

/** Writes the config of the joined node and says what was done; an older file is kept beside it. */
function writeConfig(path: string, node: JoinedNode): string {
  if (!existsSync(path)) {
    writeFileSync(path, newJoinedConfig(node), { mode: 0o600, flush: true })
    return `its configuration is in ${path}`
  }
  const before = readFileSync(path, 'utf8')
  const after = changedJoinedConfig(before, node)
  if (after === before) return `its configuration in ${path} is as it was`
  writeFileSync(`${path}.old`, before, { mode: 0o600 })
  writeFileSync(`${path}.new`, after, { mode: 0o600, flush: true })
  renameSync(`${path}.new`, path)
  return `its configuration in ${path} was changed; the one before is ${path}.old`
}

/** What `start` needs to find the same configuration again. */
function startArguments(options: ConfigOption, own: string, isNamed: boolean, env: NodeJS.ProcessEnv): string {
  if (isNamed) return options.config === undefined ? '' : ` --config ${options.config}`
  return configFileOf({}, env) === own ? '' : ` --config ${own}`
}

function nextSteps(name: string, startArguments: string): string {
  return [
    `Start it (or restart it, if it runs):`,
    `  ${name} start${startArguments}`,
    `Keep it running over reboots: examples/systemd/cortex.service, then systemctl enable --now cortex`,
    '',
  ].join('\n')
}
