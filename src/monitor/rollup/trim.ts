import type { JsonObject } from '../../contract/common.ts'
import type { DecisionHop } from '../../contract/decision-path.ts'
import type { RolledEntity } from '../../contract/rollup.ts'

const maxTextChars = 8_192
const maxJsonChars = 8_192
const maxHops = 32
const maxHopTextChars = 1_024

/** The figures of a node that every ancestor keeps; what only its own monitor shows (partitions, processes) stays there. */
const rolledFigures = [
  'cpu_percent',
  'memory_percent',
  'disk_percent',
  'swap_percent',
  'load_average',
  'uptime_seconds',
  'process_count',
  'disk_io',
  'network_io',
  'memory',
  'disk',
] as const

/**
 * An entity as it goes up: long texts cut, large objects left to the owner. Bounded, so that a part of the feed always
 * fits into one report.
 */
export function trimmed<E extends RolledEntity>(entity: E): E {
  switch (entity.kind) {
    case 'node':
      return { ...entity, metrics: entity.metrics && figuresOf(entity.metrics), metadata: smallObject(entity.metadata) }
    case 'alert':
      return {
        ...entity,
        description: shortText(entity.description),
        notes: entity.notes && shortText(entity.notes),
        details: smallObject(entity.details),
      }
    case 'decision':
      return {
        ...entity,
        issue_description: shortText(entity.issue_description),
        proposed_action: shortText(entity.proposed_action),
        reason: shortText(entity.reason),
        llm_analysis: entity.llm_analysis && shortText(entity.llm_analysis),
        execution_output: entity.execution_output && shortText(entity.execution_output),
        path: entity.path.slice(-maxHops).map(shortHop),
        evidence: entity.evidence && {
          ...entity.evidence,
          risk_assessment: entity.evidence.risk_assessment && shortText(entity.evidence.risk_assessment),
          details: smallObject(entity.evidence.details),
          context: smallObject(entity.evidence.context),
        },
      }
    case 'node_gone':
      return entity
  }
}

function figuresOf(metrics: JsonObject): JsonObject {
  return Object.fromEntries(
    rolledFigures.filter((name) => metrics[name] !== undefined).map((name) => [name, metrics[name]]),
  )
}

/** Every hop below adds one, so each is kept small. */
function shortHop(hop: DecisionHop): DecisionHop {
  const { reason, text, note, model } = hop
  const short = (long: string) => shortText(long, maxHopTextChars)
  return {
    ...hop,
    reason: short(reason),
    ...(text && { text: { zh: short(text.zh), en: short(text.en) } }),
    ...(note !== undefined && { note: short(note) }),
    ...(model && { model: { ...model, reason: model.reason && short(model.reason) } }),
  }
}

function shortText(text: string, maxChars = maxTextChars): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars)} …`
}

function smallObject(object: JsonObject): JsonObject {
  return JSON.stringify(object).length <= maxJsonChars ? object : { truncated: true }
}
