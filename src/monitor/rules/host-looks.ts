import PQueue from 'p-queue'
import type { RuleType } from '../../contract/alert-rules.ts'
import { AppError } from '../../contract/errors.ts'
import { ContainerAnswer } from '../../contract/operations/docker.ts'
import { NginxCertificate } from '../../contract/operations/nginx.ts'
import { ProcessList } from '../../contract/operations/processes.ts'
import type { Database } from '../../db/open.ts'
import type { Logger } from '../../platform/logger.ts'
import type { Units } from '../changes/units.ts'
import type { Evaluation } from './evaluation.ts'
import { concerns, type RulesInForce } from './in-force.ts'
import { daysLeft, runningContainers, runningProcesses, type Seen } from './seen-on-host.ts'
import { type WatchedNode, watchedNodes } from './rule-states.store.ts'
import type { RuleRow } from './rules.store.ts'

/** Asks the host at the end of `path` (agent_ids from this monitor down to it) one thing. */
export type AskHost = (path: readonly string[], method: string, params: unknown, deadlineMs: number) => Promise<unknown>

const looked = new Set<RuleType>(['process', 'container', 'certificate'])
const deadlineMs = 10_000
const maxAtOnce = 16
const noEngine = { value: 0, note: 'the container engine is not available' }
const noCertificate = { value: 0, note: 'there is no such certificate' }

/**
 * Rules about processes, containers and certificates: no report carries those, so this monitor looks on the hosts that report here, at
 * an interval, and only where a rule asks for it. A host that cannot be asked says nothing: no alert opens or ends by that.
 */
export function createHostLooks(parts: {
  database: Database
  units: Units
  evaluation: Evaluation
  inForce: RulesInForce
  ask: AskHost
  clock: () => number
  /** Two looks further apart than this, where a look at all hosts takes no longer, say nothing of the time between. */
  leastGapMs: number
  logger: Logger
}) {
  const { database, units, evaluation, inForce, ask, clock, leastGapMs, logger } = parts
  /** How long the last look at all hosts took: with many it may be longer than the interval. */
  let lastTookMs = 0

  /** What the rules ask about on one host, each thing asked for once. */
  async function lookAt(node: WatchedNode, rules: readonly RuleRow[]): Promise<void> {
    const answers = new Map<string, Promise<unknown>>()
    const once = (method: string, params: unknown = {}) => {
      const key = `${method} ${JSON.stringify(params)}`
      const answer = answers.get(key) ?? ask(node.path, method, params, deadlineMs)
      answers.set(key, answer)
      return answer
    }
    const seen = new Map<number, NonNullable<Seen>>()
    for (const rule of rules) {
      try {
        const value = await valueOf(rule, once)
        if (value) seen.set(rule.id, value)
      } catch (err) {
        logger.debug({ err, node: node.agentId, rule: rule.uid }, 'a host could not be asked for a rule')
      }
    }
    if (seen.size === 0) return
    const maxGapMs = leastGapMs + lastTookMs * 2
    const measured = { nodeId: node.id, agentId: node.agentId, atMs: clock(), maxGapMs }
    await units.run((unit) => evaluation.judge(unit, [{ ...measured, valueOf: (rule) => seen.get(rule.id) ?? null }]))
  }

  /** One host that could not be judged is no reason to leave the others. */
  function failed(node: WatchedNode, err: unknown): void {
    logger.warn({ err, node: node.agentId }, 'a host could not be judged by its rules; it is at the next look')
  }

  async function valueOf(rule: RuleRow, once: (method: string, params?: unknown) => Promise<unknown>): Promise<Seen> {
    const target = rule.target ?? ''
    switch (rule.type) {
      case 'process':
        return runningProcesses(ProcessList.parse(await once('processes.list')), target)
      case 'container':
        return await unless('DOCKER_UNAVAILABLE', noEngine, async () =>
          runningContainers(ContainerAnswer.parse(await once('docker.containers')), target),
        )
      case 'certificate':
        // A rule for every server is about those that have it; one for this server says that it has to be there.
        return await unless('NOT_FOUND', rule.agentId === null ? null : noCertificate, async () =>
          daysLeft(NginxCertificate.parse(await once('nginx.certificate', { domain: target })), clock()),
        )
      default:
        return null
    }
  }

  return {
    /** One look at every host that a rule asks about. */
    async look(): Promise<void> {
      const rules = (await inForce(database.db)).filter((rule) => looked.has(rule.type))
      if (rules.length === 0) return
      const hosts = (await watchedNodes(database.db)).filter(
        (node) => node.isSelf || (node.role === 'probe' && node.status === 'online'),
      )
      const startedMs = clock()
      const queue = new PQueue({ concurrency: maxAtOnce })
      await queue.addAll(
        hosts.flatMap((node) => {
          const own = rules.filter((rule) => concerns(rule, node.agentId))
          return own.length > 0 ? [() => lookAt(node, own).catch((err: unknown) => failed(node, err))] : []
        }),
      )
      lastTookMs = clock() - startedMs
    },
  }
}

/** What was seen, or `instead` when the host itself refuses with that code. What the tree could not carry says nothing. */
async function unless(code: string, instead: Seen, look: () => Promise<Seen>): Promise<Seen> {
  try {
    return await look()
  } catch (error) {
    if (error instanceof AppError && error.code === code) return instead
    throw error
  }
}
