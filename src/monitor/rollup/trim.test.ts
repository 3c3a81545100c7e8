import { expect, test } from 'vitest'
import type { RolledDecision, RolledNode } from '../../contract/rollup.ts'
import { trimmed } from './trim.ts'

const node = (metrics: RolledNode['metrics'], metadata: RolledNode['metadata'] = {}) =>
  ({ kind: 'node', metrics, metadata }) as RolledNode
const decision = (execution_output: string | null, more: Partial<RolledDecision> = {}) =>
  ({
    kind: 'decision',
    issue_description: '',
    proposed_action: '',
    reason: '',
    llm_analysis: null,
    execution_output,
    path: [],
    evidence: null,
    ...more,
  }) as RolledDecision

test('ancestors get the figures of a node, not its process list', () => {
  expect(trimmed(node({ cpu_percent: 5, load_average: [1, 2, 3], top_processes: [{ pid: 1 }] })).metrics).toEqual({
    cpu_percent: 5,
    load_average: [1, 2, 3],
  })
  expect(trimmed(node(null)).metrics).toBeNull()
})

test('no text and no object grows a part of the feed beyond its bound', () => {
  expect(trimmed(decision('x'.repeat(60_000))).execution_output?.length).toBeLessThan(8_200)
  expect(trimmed(decision(null)).execution_output).toBeNull()
  const note = 'x'.repeat(16_000)
  const hop = { agent_id: 'eu', verdict: 'deny', reason: note, at: '2026-11-21T10:00:00.000Z', note } as const
  const way = trimmed(decision(null, { path: Array.from({ length: 60 }, () => hop) })).path
  expect(JSON.stringify(way).length).toBeLessThan(80_000)
  expect(trimmed(node({}, { blob: 'x'.repeat(9_000) })).metadata).toEqual({ truncated: true })
})
