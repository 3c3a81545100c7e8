import { AuditEntries, AuditEntriesParams } from '../contract/audit.ts'
import type { MonitorHistory } from '../contract/better-monitor/monitor-data.ts'
import { type LinkMethod, LinkMethods, type LinkParams, type LinkResult } from '../contract/link.ts'
import type { NodeHistory } from '../contract/cluster.ts'
import type { Inspection } from '../contract/self.ts'
import { ask } from '../tree/link/ask.ts'
import type { LinkClient } from '../tree/link/link-client.ts'
import type { LinkServer } from '../tree/link/link-server.ts'
import type { Methods } from '../tree/link/methods.ts'
import type { Monitor } from './monitor-part.ts'
import { AppError } from '../contract/errors.ts'

const historyDeadlineMs = 5_000
const inspectDeadlineMs = 60_000
const nameDeadlineMs = 2_000
const deliverDeadlineMs = 10_000

/** What any node answers its parent. */
export function registerProbeMethods(methods: Methods, parts: { inspect: () => Promise<Inspection> }): void {
  methods.register({ name: 'node.inspect', ...LinkMethods['node.inspect'], handle: () => parts.inspect() })
}

/** What a monitor answers its parent, and takes from it. */
export function registerMonitorMethods(methods: Methods, parts: { monitor: Monitor }): void {
  const { audit, views, commands } = parts.monitor
  methods.register({
    name: 'node.history',
    ...LinkMethods['node.history'],
    handle: ({ agent_id }) => views.ownHistory(agent_id),
  })
  methods.register({
    name: 'node.samples',
    ...LinkMethods['node.samples'],
    handle: ({ agent_id, from, to, limit }) =>
      views.ownSamples(agent_id, { from: new Date(from), to: new Date(to), limit }),
  })
  methods.register({
    name: 'audit.monitor_entries',
    params: AuditEntriesParams,
    result: AuditEntries,
    handle: (params) => audit.entries(params),
  })
  methods.register({
    name: 'command.deliver',
    ...LinkMethods['command.deliver'],
    async handle({ commands: given }) {
      const accepted: string[] = []
      for (const command of given) {
        try {
          await commands.take(command, await views.pathTo(command.target))
          accepted.push(command.uid)
        } catch (error) {
          // One that this version does not know waits at the parent; the others must not wait behind it.
          if (!(error instanceof AppError)) throw error
        }
      }
      return { accepted }
    },
  })
}

/** What a monitor is told by its parent. */
export function registerToldMethods(methods: Methods, parts: { monitor: Monitor }): void {
  methods.register({
    name: 'silences.hold',
    ...LinkMethods['silences.hold'],
    async handle({ silences }) {
      await parts.monitor.silences.takeFromAbove(silences)
      return {}
    },
  })
  methods.register({
    name: 'rules.hold',
    ...LinkMethods['rules.hold'],
    async handle({ from, rules }) {
      await parts.monitor.rules.inherited.take(from, rules)
      return {}
    },
  })
}

/** What a monitor answers its children. */
export function registerParentMethods(
  methods: Methods,
  parts: {
    checkName: (
      agentId: string,
      nodeUid: string | null,
      askedBy: string,
    ) => Promise<'free' | 'taken' | 'deleted' | 'unknown'>
  },
): void {
  methods.register({
    name: 'name.check',
    ...LinkMethods['name.check'],
    handle: async ({ agent_id, node_uid }, { via }) => ({
      answer: await parts.checkName(agent_id, node_uid, via.at(-1) ?? ''),
    }),
  })
}

type Span = { from: Date; to: Date; limit: number }

/** The measurements of a node, from the monitor at the end of `path`. */
export function askSamples(
  server: LinkServer,
  path: readonly string[],
  agentId: string,
  span: Span,
): Promise<MonitorHistory> {
  const params = { agent_id: agentId, from: span.from.toISOString(), to: span.to.toISOString(), limit: span.limit }
  return askDown(server, path, 'node.samples', params, historyDeadlineMs)
}

/** The history of a node, from the monitor at the end of `path` (agent_ids from this monitor down). */
export function askHistory(server: LinkServer, path: readonly string[], agentId: string): Promise<NodeHistory> {
  return askDown(server, path, 'node.history', { agent_id: agentId }, historyDeadlineMs)
}

/** An inspection now, by the node at the end of `path`. */
export function askInspection(server: LinkServer, path: readonly string[]): Promise<Inspection> {
  return askDown(server, path, 'node.inspect', {}, inspectDeadlineMs)
}

function askDown<M extends LinkMethod>(
  server: LinkServer,
  path: readonly string[],
  method: M,
  params: LinkParams<M>,
  deadlineMs: number,
): Promise<LinkResult<M>> {
  const route = path.slice(1)
  return ask((name, asked, options) => server.call(route, name, asked, options), path.at(-1) ?? '', method, params, {
    deadlineMs,
  })
}

/** Whether the tree above has that name free; `unknown` when it cannot be asked. */
export async function askName(
  client: LinkClient,
  claim: { agentId: string; nodeUid: string | null },
): Promise<'free' | 'taken' | 'deleted' | 'unknown'> {
  if (client.state().link !== 'connected') return 'unknown'
  const params = { agent_id: claim.agentId, node_uid: claim.nodeUid }
  const { answer } = await ask(client.call, client.state().agentId ?? 'parent', 'name.check', params, {
    deadlineMs: nameDeadlineMs,
  })
  return answer
}

/** Hands waiting commands to a child that is connected. */
export async function deliverCommands(server: LinkServer, monitor: Monitor, nextHop: string): Promise<void> {
  if (!server.isConnected(nextHop)) return
  await monitor.commands.deliver(nextHop, async (commands) => {
    const { accepted } = await ask(
      (method, params, options) => server.call([nextHop], method, params, options),
      nextHop,
      'command.deliver',
      { commands },
      { deadlineMs: deliverDeadlineMs },
    )
    return accepted
  })
}
