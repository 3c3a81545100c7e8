import { randomBytes, randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { every } from '../lib/every.ts'
import type { Config } from '../platform/config/schema.ts'
import type { DataDir } from '../platform/data-dir.ts'
import type { Lifecycle } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import { readPublicKey } from '../platform/releases/public-key.ts'
import { openReleases } from '../platform/releases/release-state.ts'
import { buildInfo } from '../platform/version.ts'
import { kernelMonotonicMs } from '../probe/boot-clock.ts'
import { type Acts, createActs } from '../probe/host/acts.ts'
import { createCapabilities, registerCapabilities } from '../probe/host/capabilities.ts'
import { createComposeFinder } from '../probe/host/docker/compose-command.ts'
import { openComposeMemory } from '../probe/host/docker/compose-memory.ts'
import { createComposes } from '../probe/host/docker/composes.ts'
import { createEngine } from '../probe/host/docker/engine.ts'
import { findEngineSocket } from '../probe/host/docker/engine-socket.ts'
import { registerDocker } from '../probe/host/docker/register.ts'
import { registerFiles } from '../probe/host/files/register.ts'
import { type HostAudit, openHostAudit, registerHostAudit } from '../probe/host/host-audit.ts'
import { type ActAsJob, createActAsJob } from '../probe/host/jobs/act-as-job.ts'
import { createJobs } from '../probe/host/jobs/jobs.ts'
import { registerJobs } from '../probe/host/jobs/register.ts'
import { createCertificateJobs } from '../probe/host/nginx/certificates/certificate-jobs.ts'
import { createCertificates } from '../probe/host/nginx/certificates/certificates.ts'
import { openNginxCore } from '../probe/host/nginx/nginx-core.ts'
import { registerNginx } from '../probe/host/nginx/register.ts'
import { registerProcesses } from '../probe/host/processes/register.ts'
import { registerTerminal } from '../probe/host/terminal/register.ts'
import { createSessions, type SessionsOptions } from '../probe/host/terminal/sessions.ts'
import { moduleFolders } from '../probe/host/upgrade/installed-packages.ts'
import { registerUpgrade } from '../probe/host/upgrade/register.ts'
import { createUpgrades, type Upgrades } from '../probe/host/upgrade/upgrades.ts'
import type { Methods } from '../tree/link/methods.ts'
import type { RunUnder } from './run-under.ts'

interface HostParts {
  config: Config
  dataDir: DataDir
  lifecycle: Lifecycle
  logger: Logger
  /** Null where nobody starts another build when this one ends. */
  under: RunUnder | null
}

interface HostTools {
  acts: Acts
  actAsJob: ActAsJob
}

const dayMs = 86_400_000
const renewalCheckMs = 3_600_000

/** What may be done on this host from afar, each act under the node's own capabilities and in its own log, which is returned. */
export async function registerHost(methods: Methods, parts: HostParts): Promise<HostAudit> {
  const { config, dataDir, lifecycle, logger } = parts
  const clock = Date.now
  const capabilities = createCapabilities(config.capabilities)
  const audit = openHostAudit({ file: dataDir.file('host-audit.sqlite'), clock })
  lifecycle.onStop('host audit', () => audit.close())
  registerHostAudit(methods, audit)
  registerCapabilities(methods, capabilities)
  const acts = createActs({ capabilities, audit })
  const upgrades = hostUpgrades(parts)
  const jobs = createJobs({
    file: dataDir.file('jobs.sqlite'),
    clock,
    ids: randomUUID,
    logger,
    maxConcurrent: config.jobs.max_concurrent,
    maxKept: config.jobs.max_kept,
    resume: (job) => upgrades.resume(job),
  })
  lifecycle.onStop('jobs', () => jobs.stop())
  const tools = { acts, actAsJob: createActAsJob({ acts, jobs }) }

  const databasePids = await ownDatabase(config, dataDir)

  registerJobs(methods, { acts, jobs })
  registerUpgrade(methods, { ...tools, upgrades })
  await registerFiles(methods, {
    clock,
    acts,
    capabilities,
    ownPaths: [dataDir.path, ...(config.terminal.recording.dir ? [config.terminal.recording.dir] : [])],
    limits: {
      maxUploadBytes: config.files.max_upload_bytes,
      stallTimeoutMs: config.files.stall_timeout_s * 1000,
    },
    randomName: () => randomBytes(8).toString('hex'),
  })
  registerProcesses(methods, { acts, procRoot: '/proc', clock, monotonicMs: kernelMonotonicMs, databasePids })
  const runAs = config.terminal.run_as ?? null
  const sessions = createSessions({ clock, logger, runAs, ...terminalLimits(config, dataDir) })
  lifecycle.onStop('terminals', () => sessions.stop())
  registerTerminal(methods, { acts, sessions, runAs })
  registerContainers(methods, parts, tools)
  await registerWebServer(methods, parts, tools)
  return audit
}

function hostUpgrades({ config, dataDir, under }: HostParts): Upgrades {
  const { public_key, allow_unsigned, trial_s } = config.releases
  return createUpgrades({
    releases: openReleases(dataDir.path),
    trust: { publicKey: public_key === undefined ? null : readPublicKey(public_key), allowUnsigned: allow_unsigned },
    running: buildInfo().version,
    trialMs: trial_s * 1000,
    isSupervised: under?.supervision.isSupervised ?? false,
    restart: (reason) => under?.restart(reason),
    moduleFolders: moduleFolders(),
    nodeVersion: process.versions.node,
    randomName: () => randomBytes(8).toString('hex'),
  })
}

function terminalLimits({ terminal }: Config, dataDir: DataDir): Pick<SessionsOptions, 'limits' | 'recording'> {
  const { recording } = terminal
  return {
    limits: {
      maxSessions: terminal.max_sessions,
      maxSessionsPerPerson: terminal.max_sessions_per_user,
      firstAttachMs: terminal.first_attach_s * 1000,
      detachedMs: terminal.detached_life_s * 1000,
      idleMs: terminal.idle_limit_s * 1000,
      scrollbackBytes: terminal.scrollback_bytes,
    },
    recording: recording.enabled
      ? {
          folder: recording.dir ?? dataDir.file('recordings'),
          maxBytes: recording.max_bytes,
          maxFiles: recording.max_files,
          keepMs: recording.keep_days * dayMs,
        }
      : null,
  }
}

/** The server of the node's own database, which nobody ends from afar; a node without a monitor loads no database code. */
async function ownDatabase(config: Config, dataDir: DataDir): Promise<() => readonly number[]> {
  if (!config.monitor.enabled || config.database.url !== undefined) return () => []
  const { runningPostgresPid } = await import('../db/embedded/running.ts')
  return () => [runningPostgresPid(dataDir.path)].filter((pid) => pid !== undefined)
}

function registerContainers(methods: Methods, { config, dataDir, lifecycle }: HostParts, tools: HostTools): void {
  const engine = createEngine(() => findEngineSocket(config.docker.socket ?? null, process.env))
  const memory = openComposeMemory(dataDir.file('compose.sqlite'))
  lifecycle.onStop('compose memory', () => memory.close())
  const findCompose = createComposeFinder({ monotonicMs: kernelMonotonicMs })
  const composes = createComposes({ engine, memory, findCompose, folders: config.docker.compose_folders })
  registerDocker(methods, { ...tools, engine, composes, clock: Date.now })
}

async function registerWebServer(methods: Methods, parts: HostParts, tools: HostTools): Promise<void> {
  const { config, dataDir, lifecycle, logger } = parts
  const { nginx } = config
  const clock = Date.now
  const stateDir = dataDir.file('nginx')
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const core = openNginxCore({
    command: nginx.command,
    configPath: nginx.config_path,
    prefix: nginx.prefix,
    unit: nginx.unit,
    stateDir,
    clock,
  })
  lifecycle.onStop('nginx versions', () => core.close())
  const undone = await core.recover()
  if (undone !== null) logger.warn({ undone }, 'a change of nginx that was cut short was undone')
  const certificates = createCertificates(core, {
    stateDir,
    clock,
    ports: { http: nginx.http_port, https: nginx.https_port },
    directoryUrl: nginx.acme_directory_url,
    trustedCaFile: nginx.acme_ca_file,
    dnsHook: nginx.dns_hook,
    dnsWaitMs: nginx.dns_wait_s * 1000,
    renewBeforeDays: nginx.renew_before_days,
  })
  await certificates.recover()
  const certificateJobs = createCertificateJobs({ certificates, actAsJob: tools.actAsJob })
  registerNginx(methods, { acts: tools.acts, core, certificates, certificateJobs })

  const meta = () => ({ origin: { actor: 'renewal', at: config.node.id, request_id: randomUUID() } })
  const failed = (err: unknown) => logger.error({ err }, 'the look for certificates to renew failed')
  const renewal = every(
    renewalCheckMs,
    () =>
      certificateJobs.renewDue(meta(), (domain, err) => logger.error({ err, domain }, 'a certificate was not renewed')),
    failed,
  )
  lifecycle.onStop('certificate renewal', () => renewal.stop())
}
