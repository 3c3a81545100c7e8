import type { JsonObject } from '../../contract/common.ts'
import type { RolledEntity } from '../../contract/rollup.ts'

const maxTextChars = 8_192
const maxJsonChars = 8_192

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

function shortText(text: string): string {
  return text.length <= maxTextChars ? text : `${text.slice(0, maxTextChars)} …`
}

function smallObject(object: JsonObject): JsonObject {
  return JSON.stringify(object).length <= maxJsonChars ? object : { truncated: true }
}
