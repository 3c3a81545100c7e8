import { cpus, loadavg } from 'node:os'
import type { Ledger } from '../support/ledger.ts'
import type { Judgement } from './flatness.ts'
import type { Tally } from './tally.ts'

/** All that is told of a run. */
export interface Outcome {
  seed: number
  minutes: number
  weather: Tally
  churn: Tally
  operators: Tally
  listeners: Tally
  /** What was acknowledged below each region, and told of it. */
  ledgers: ReadonlyArray<ReturnType<Ledger['size']>>
  looks: { done: number; withoutDatabase: number }
  /** In the order in which they were found. */
  violations: readonly string[]
  judgements: readonly Judgement[]
}

const shownViolations = 30
const shownRowsPerMinute = 30
const width = 118
const headWidth = 14
const columnWidth = 16

export function isClean({ violations, judgements }: Outcome): boolean {
  return violations.length === 0 && judgements.every(({ isFlat }) => isFlat)
}

/** The report as a page of text. */
export function reportText(outcome: Outcome): string {
  const { seed, minutes, weather, churn, operators, listeners, ledgers, looks, violations, judgements } = outcome
  const load = loadavg().map((value) => value.toFixed(1))
  const acknowledged = (['reports', 'faults', 'answers', 'results', 'notices'] as const).map(
    (what) => `${what} ${ledgers.reduce((sum, ledger) => sum + ledger[what], 0)}`,
  )
  const faults = sorted(weather)
  const lines = [
    `Soak: ${minutes.toFixed(1)} minutes, seed ${seed}: ${isClean(outcome) ? 'CLEAN' : 'NOT CLEAN'}`,
    'A root, a region of one process, a region of three behind one address, two hosts, four leaves and guests;',
    `${cpus().length} cores, load ${load.join(' ')}.`,
    '',
    ...paragraph('faults', [
      `${[...weather.counts().values()].reduce((sum, count) => sum + count, 0)} in all`,
      ...faults,
    ]),
    ...paragraph('churn', sorted(churn)),
    ...paragraph('operators', sorted(operators)),
    ...paragraph('sockets', sorted(listeners)),
    ...paragraph('acknowledged', acknowledged),
    ...paragraph('looked at', [
      `${looks.done} times while it ran, once when all had settled, once after every process was stopped and started`,
      `${looks.withoutDatabase} times a database was away`,
    ]),
    ...paragraph('violations', [violations.length === 0 ? 'none' : String(violations.length)]),
    ...violations.slice(0, shownViolations).map((violation) => `  ${violation}`),
    '',
    'From the middle of the run to its end (no process below was killed in that time):',
    ...tableOf(judgements, { heap: 'heap, MB', memory: 'beside, MB', handles: 'open files' }),
    ...waitingLines(judgements),
    '',
    'Rows that came in a minute, first half → second half:',
    ...keptLines(judgements),
  ]
  return lines.join('\n')
}

const sorted = (tally: Tally): string[] =>
  [...tally.counts()].toSorted(([, a], [, b]) => b - a).map(([name, count]) => `${name} ${count}`)

/** A head, and items after it in as many lines as they need. */
function paragraph(head: string, items: readonly string[]): string[] {
  const lines: string[] = []
  for (const item of items.length > 0 ? items : ['none']) {
    const last = lines.at(-1)
    if (last !== undefined && headWidth + last.length + item.length + 2 <= width) lines.push(`${lines.pop()}, ${item}`)
    else lines.push(item)
  }
  return lines.map(
    (line, at) => `${(at === 0 ? head : '').padEnd(headWidth)}${line}${at < lines.length - 1 ? ',' : ''}`,
  )
}

/** A line for each process, a column for each kind of figure. */
function tableOf(judgements: readonly Judgement[], columns: Partial<Record<Judgement['kind'], string>>): string[] {
  const kinds = Object.keys(columns) as Array<Judgement['kind']>
  const of = [...new Set(judgements.filter(({ kind }) => kinds.includes(kind)).map((each) => each.of))]
  const cell = (name: string, kind: Judgement['kind']): string => {
    const found = judgements.find((each) => each.of === name && each.kind === kind)
    return found ? figures(found) : 'too few'
  }
  const row = (head: string, cells: readonly string[]): string =>
    `  ${head.padEnd(headWidth)}${cells.map((text) => text.padEnd(columnWidth)).join('')}`.trimEnd()
  return [
    row('', Object.values(columns)),
    ...of.map((name) =>
      row(
        name,
        kinds.map((kind) => cell(name, kind)),
      ),
    ),
  ]
}

/** What waits, at all monitors and leaves: only what is there at all. */
function waitingLines(judgements: readonly Judgement[]): string[] {
  const shown = judgements.filter(
    ({ kind, from, to, isFlat }) =>
      (kind === 'rows that wait' || kind === 'spool') && (!isFlat || Math.max(from, to) >= 0.5),
  )
  return grouped(shown, (each) => (each.kind === 'spool' ? 'spools' : each.of))
}

/** Of the tables, those in which much happens. */
function keptLines(judgements: readonly Judgement[]): string[] {
  const shown = judgements.filter(
    ({ kind, from, to, isFlat }) =>
      kind === 'rows that are kept' && (!isFlat || Math.max(from, to) >= shownRowsPerMinute),
  )
  return grouped(shown, ({ of }) => of)
}

const grouped = (judgements: readonly Judgement[], headOf: (judgement: Judgement) => string): string[] =>
  [...Map.groupBy(judgements, headOf)].flatMap(([head, each]) =>
    paragraph(
      `  ${head}`,
      each.map((one) => `${one.what} ${figures(one)}`),
    ),
  )

const figures = ({ from, to, isFlat }: Judgement): string =>
  `${Math.max(0, from).toFixed(0)} → ${Math.max(0, to).toFixed(0)}${isFlat ? '' : ' GROWS'}`
