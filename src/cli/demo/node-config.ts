import { join } from 'node:path'
import type { DemoNode, DemoService } from './layout.ts'

/** Where a node of the demo has its files, and how it is reached. */
export interface DemoPlace {
  /** Its config, its log and its data; the working folder of its processes. */
  folder: string
  port: number
  /** Of its service; 0 when it has none. */
  servicePort: number
}

export interface DemoSecrets {
  adminPassword: string
  registrationToken: string
}

/** Short, so that a newcomer need not wait; real trees use the defaults. */
const reportIntervalS = 1
const offlineAfterS = 5
const rollupIntervalS = 1
/** All nodes of the demo measure one host: only the root judges it, or each would call for the same full disk. */
const quietChecks = { enabled: false }

/** The config of a node, as it stands in its YAML file. */
export function nodeConfig(
  node: DemoNode,
  use: { place: DemoPlace; parentUrl: string | null; secrets: DemoSecrets; program: readonly string[] },
): object {
  const { place, parentUrl, secrets } = use
  return {
    node: { id: node.id, name: node.name },
    server: { host: '127.0.0.1', port: place.port },
    data_dir: 'data',
    log: { level: 'info' },
    // What a leaf of the demo may be asked to do from the root; real leaves grant nothing by themselves.
    ...(node.isMonitor
      ? {}
      : { capabilities: ['processes', 'docker', 'nginx', 'terminal', `files:${filesFolder(place)}`] }),
    terminal: process.getuid?.() === 0 ? { run_as: 'nobody' } : {},
    probe: {
      report_interval_s: reportIntervalS,
      heartbeat_interval_s: reportIntervalS,
      ...(node.parent === null ? {} : { checks: hostChecks(quietChecks) }),
      ...(node.service ? { services: [serviceConfig(node.service, place, use.program)] } : {}),
      remedies: { retry_after_s: 1 },
    },
    monitor: node.isMonitor
      ? {
          admin_password: secrets.adminPassword,
          registration_token: secrets.registrationToken,
          offline_after_s: offlineAfterS,
          rollup_interval_s: rollupIntervalS,
        }
      : { enabled: false },
    ...(parentUrl === null ? {} : { upstream: { urls: [parentUrl], token: secrets.registrationToken } }),
    // One host that asks as fast as a whole fleet.
    rate_limits: { reports_per_minute: 10_000, queries_per_minute: 100_000, auth_per_minute: 100 },
  }
}

function hostChecks(setting: object): object {
  return Object.fromEntries(['cpu', 'memory', 'swap', 'load', 'disk'].map((check) => [check, setting]))
}

/** The folder of a node's host that people may work in. */
export function filesFolder(place: DemoPlace): string {
  return join(place.folder, 'files')
}

/** The files of a node's service. */
export function serviceFiles(
  folder: string,
  name: string,
): { folder: string; pidFile: string; dataFile: string; logFile: string } {
  const own = join(folder, name)
  return {
    folder: own,
    pidFile: join(own, 'service.pid'),
    dataFile: join(own, 'data.json'),
    logFile: join(own, 'service.log'),
  }
}

/** How the service of a node is started. */
export function serviceArgv(service: DemoService, place: DemoPlace, program: readonly string[]): string[] {
  const { dataFile } = serviceFiles(place.folder, service.name)
  return [...program, 'demo-service', String(place.servicePort), dataFile]
}

function serviceConfig(service: DemoService, place: DemoPlace, program: readonly string[]): object {
  const files = serviceFiles(place.folder, service.name)
  return {
    name: service.name,
    auto_restart: service.autoRestart,
    http: { url: `http://127.0.0.1:${place.servicePort}/`, body_contains: service.name },
    daemon: true,
    start: serviceArgv(service, place, program),
    pid_file: files.pidFile,
    log_file: files.logFile,
    cwd: files.folder,
    start_attempts: service.startAttempts,
    verify_s: service.verifyS,
    timeout_s: 2,
    bad_samples: 1,
    good_samples: 1,
  }
}
