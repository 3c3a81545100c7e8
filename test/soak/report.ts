import { cpus, loadavg } from 'node:os'
import type { Ledger } from '../support/ledger.ts'
import type { Judgement } from './flatness.ts'

/** All that is told of a run. */
export interface Outcome {
  seed: number
  minutes: number
  weather: string
  churn: string
  operators: string
  listeners: string
  /** What was acknowledged below each region, and told of it. */
  ledgers: ReadonlyArray<ReturnType<Ledger['size']>>
  looks: { done: number; withoutDatabase: number }
  /** In the order in which they were found. */
  violations: readonly string[]
  judgements: readonly Judgement[]
}

const shownViolations = 30
const units: Record<Judgement['kind'], string> = {
  memory: ', MB',
  handles: '',
  spool: '',
  'rows that wait': '',
  'rows that are kept': ', a minute',
}

export function isClean({ violations, judgements }: Outcome): boolean {
  return violations.length === 0 && judgements.every(({ isFlat }) => isFlat)
}

/** The report as a page of text. */
export function reportText(outcome: Outcome): string {
  const { seed, minutes, weather, churn, operators, listeners, ledgers, looks, violations, judgements } = outcome
  const load = loadavg().map((value) => value.toFixed(1))
  const lines = [
    `Soak of a tree of three levels: ${minutes.toFixed(1)} minutes, --seed ${seed}`,
    `root, two regions, two hosts as processes, each monitor with its own PostgreSQL; ${cpus().length} cores, load ${load.join(' ')}`,
    '',
    `faults       ${weather}`,
    `churn        ${churn}`,
    `operators    ${operators}`,
    `sockets      ${listeners}`,
    `acknowledged ${(['reports', 'faults', 'answers', 'results', 'notices'] as const).map((what) => `${what} ${sumOf(ledgers, what)}`).join(', ')}`,
    `looked at    ${looks.done} times, ${looks.withoutDatabase} times a database was away; and once when all had settled`,
    '',
    violations.length === 0 ? 'invariants   no violation' : `invariants   ${violations.length} VIOLATIONS`,
    ...violations.slice(0, shownViolations).map((violation) => `  ${violation}`),
    '',
    'second half, along the line nearest to all samples:',
    ...judgementLines(judgements),
    '',
    isClean(outcome) ? 'CLEAN' : 'NOT CLEAN',
  ]
  return lines.join('\n')
}

const sumOf = (ledgers: Outcome['ledgers'], what: keyof Outcome['ledgers'][number]): number =>
  ledgers.reduce((sum, ledger) => sum + ledger[what], 0)

/** One line for each kind and node; of the tables only those in which much happens. */
function judgementLines(judgements: readonly Judgement[]): string[] {
  const isShown = ({ kind, from, to }: Judgement) => kind !== 'rows that are kept' || Math.max(from, to) >= 30
  const groups = Map.groupBy(
    judgements.filter((each) => !each.isFlat || isShown(each)),
    ({ kind, of, isFlat }) => `${isFlat ? 'flat ' : 'GROWS'} ${kind} of ${of}${units[kind]}`,
  )
  return [...groups]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([head, of]) => `  ${head}: ${of.map(figures).join(', ')}`)
}

const figures = ({ what, from, to }: Judgement): string => `${what} ${from.toFixed(0)} → ${to.toFixed(0)}`.trim()
