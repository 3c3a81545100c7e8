import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Inspection } from '../contract/self.ts'
import { serviceUnavailable } from '../contract/errors.ts'
import type { Config } from '../platform/config/schema.ts'
import { openDataDir, type RegistrationToken } from '../platform/data-dir.ts'
import { createLifecycle, type StopOutcome } from '../platform/lifecycle.ts'
import type { Logger } from '../platform/logger.ts'
import { createMetrics } from '../platform/metrics.ts'
import { buildInfo } from '../platform/version.ts'
import { createMethods } from '../tree/link/methods.ts'
import { openIdentityFile } from '../tree/uplink/identity-file.ts'
import { publicAddress } from './address.ts'
import { registerHost } from './host-part.ts'
import { listen } from './http-server.ts'
import { createLeafApp } from './leaf-app.ts'
import { registerProbeMethods } from './links.ts'
import { buildProbe, type ProbePart } from './probe-part.ts'
import type { RunUnder } from './run-under.ts'
import { createSelfStatus } from './self-status.ts'
import { buildUpstream } from './upstream-part.ts'

const upCheckMs = 200

export interface RunningNode {
  /** By which others reach it. */
  address: string
  port: number
  /** What a child shows to join, and whether this start made it; null on a node without a monitor. */
  registrationToken: RegistrationToken | null
  /** Password of `admin` when this was the first start and nobody chose one. */
  firstPassword: string | null
  /** Aborted when the stop begins. */
  stopping: AbortSignal
  /** Resolves once this node does its work: its parent, if it has one, is reached and its database answers. */
  untilUp(): Promise<void>
  /** Stops everything in order, within 5 s. */
  stop(reason: string): Promise<StopOutcome>
}

/**
 * Starts the node that this config describes: probe, monitor and upstream, each only if the config has it. Rejects when a
 * part cannot start; then nothing is left running.
 */
export async function startNode(config: Config, logger: Logger, under: RunUnder | null = null): Promise<RunningNode> {
  const lifecycle = createLifecycle({ logger })
  try {
    return await build(config, logger, lifecycle, under)
  } catch (error) {
    await lifecycle.stop('the start failed')
    throw error
  }
}

async function build(
  config: Config,
  logger: Logger,
  lifecycle: ReturnType<typeof createLifecycle>,
  under: RunUnder | null,
): Promise<RunningNode> {
  const startedAtMs = Date.now()
  const dataDir = await openDataDir(config.data_dir)
  const identity = openIdentityFile({ dataDir: dataDir.path, makeUid: randomUUID })
  const metrics = createMetrics({ logger, version: buildInfo().version })
  const methods = createMethods()
  let probePart: ProbePart | null = null
  const inspectHere = (): Promise<Inspection> => {
    if (!probePart) throw serviceUnavailable('本节点没有启用巡检', 'this node has no probe')
    return probePart.probe.inspectNow()
  }
  registerProbeMethods(methods, { inspect: inspectHere })
  // A monitor of several processes has no host: what is done on one of theirs would be done on any.
  const hostMethods = config.replicas.enabled ? createMethods() : methods
  const hostAudit = await registerHost(hostMethods, { config, dataDir, lifecycle, logger, under })
  const common = {
    config,
    logger,
    lifecycle,
    dataDir,
    identity,
    metrics,
    methods,
    startedAtMs,
    probe: () => probePart,
    inspectHere,
    schemaGuard: under?.supervision,
    hostHead: () => hostAudit.head(),
  }

  // Only a node with a monitor loads the database and everything that stands on it.
  const monitorNode = config.monitor.enabled ? await (await import('./monitor-node.ts')).buildMonitorNode(common) : null
  const upstream = monitorNode
    ? monitorNode.upstream
    : config.upstream.urls.length > 0
      ? buildUpstream({ ...common, linkServer: null, ownUrl: null })
      : null
  const nodeUid = monitorNode?.nodeUid ?? identity.read().node_uid
  const status = createSelfStatus({ config, nodeUid, startedAtMs, upstream, probe: () => probePart })
  const app = monitorNode?.createApp(status) ?? createLeafApp({ config, metrics, logger, status, inspect: inspectHere })

  const server = await listen(app, config.server)
  lifecycle.onStop('http server', () => server.stop())
  monitorNode?.start(server)
  const knownAbove = upstream?.start() ?? Promise.resolve(false)
  void knownAbove.then((isKnown) => {
    if (isKnown && !lifecycle.stopping.aborted) monitorNode?.reportUp()
  })
  const ownClient = config.probe.enabled ? await monitorNode?.ownClient(server.port) : undefined
  const client = ownClient ?? upstream?.client
  if (config.probe.enabled && client) {
    probePart = buildProbe({
      config,
      dataDir,
      client,
      ...(monitorNode ? {} : { gate: upstream?.gate }),
      saysGoodbye: !monitorNode,
      hostHead: common.hostHead,
      lifecycle,
      logger,
    })
    const { uplink } = probePart
    metrics.spool(() => {
      const { depth, oldest_at } = uplink.state().spool
      return { depth, oldestSeconds: oldest_at === null ? 0 : (Date.now() - Date.parse(oldest_at)) / 1000 }
    })
    probePart.start(monitorNode ? Promise.resolve(true) : knownAbove)
  }
  // First of all when this node stops: whoever connects gets to another process, or is refused at once.
  lifecycle.onStop('new connections', () => server.takeNoMore())
  const address = publicAddress(config.server, server.port)
  logger.info(
    { address, port: server.port, parts: status().parts, took_ms: Date.now() - startedAtMs },
    'this node is up',
  )
  return {
    address,
    port: server.port,
    registrationToken: monitorNode?.registrationToken ?? null,
    firstPassword: monitorNode?.monitor.firstPassword ?? null,
    stopping: lifecycle.stopping,
    untilUp: () =>
      untilTrue(
        async () =>
          (upstream === null || upstream.isUp()) && (monitorNode === null || (await monitorNode.monitor.healthy())),
        lifecycle.stopping,
      ),
    stop: (reason) => lifecycle.stop(reason),
  }
}

/** Asks again and again until it is so. Rejects when `signal` is aborted. */
async function untilTrue(isSo: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  while (!(await isSo())) await delay(upCheckMs, undefined, { signal })
}
