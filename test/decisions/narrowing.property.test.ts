import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { DecidedBy, DecisionStatus } from '../../src/contract/rollup.ts'
import { takesFromBelow } from '../../src/monitor/decisions/copies.ts'
import { followed, narrow } from '../../src/monitor/decisions/policy-narrow.ts'

const numRuns = 5_000
type Verdict = 'deny' | 'approve' | 'judge' | 'human' | 'escalate'
interface Answer {
  status: DecisionStatus
  decidedBy: DecidedBy | null
  /** Index of the monitor where it was decided. */
  from: number | null
}
interface Monitor extends Answer {
  verdict: Verdict
  /** Index of the monitor where it waits for a person; null while nobody has said. */
  authority: number | null
  executed: boolean
  /** What it hands down to the next one, oldest first. */
  down: Answer[]
}

const atHop = fc.nat({ max: 4 })
const seldom = fc.option(atHop, { freq: 2 })
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('ask'), lostAt: seldom, answerLostAt: seldom }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('approve', 'reject'), at: atHop }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('deliver', 'deliverTwice', 'rollUp'), at: atHop }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('deliverAll', 'rollUpAll', 'execute') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire'), at: atHop }) },
)
type Step = { do: string; at?: number; lostAt?: number | null; answerLostAt?: number | null }

const scenario = fc.record({
  verdicts: fc.array(fc.constantFrom<Verdict>('deny', 'approve', 'judge', 'judge', 'judge', 'human', 'escalate'), {
    minLength: 2,
    maxLength: 5,
  }),
  authority: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: atHop }),
  model: fc.array(fc.constantFrom<DecisionStatus>('approved', 'approved', 'rejected', 'pending'), {
    minLength: 1,
    maxLength: 5,
  }),
  steps: fc.array(step as fc.Arbitrary<Step>, { maxLength: 40, size: 'max' }),
})

interface Tree {
  verdicts: Verdict[]
  authority: number
  model: DecisionStatus[]
}

/** A path of monitors, the root first, that decides one request by the rules under test alone. */
function createPath({ verdicts, authority: wanted, model }: Tree) {
  const authority = wanted % verdicts.length
  const last = verdicts.length - 1
  const rows = new Map<number, Monitor>()
  const rejected = new Set<number>()
  let asked = 0
  let leafHolds: DecisionStatus = 'pending'

  const open = (at: number): Monitor => {
    const known = rows.get(at)
    if (known) return known
    const fresh: Monitor = {
      status: 'pending',
      decidedBy: null,
      from: null,
      verdict: verdicts[at] ?? 'judge',
      authority: at === authority ? at : null,
      executed: false,
      down: [],
    }
    rows.set(at, fresh)
    return fresh
  }

  function settle(at: number, answer: Answer): void {
    const row = open(at)
    if (row.executed) return
    // A refusal is for ever: this is the guarantee, checked at every change.
    if (rejected.has(at)) expect(answer.status).toBe('rejected')
    row.status = answer.status
    row.decidedBy = answer.decidedBy
    row.from = answer.from
    if (answer.status === 'rejected') rejected.add(at)
  }

  function decideHere(verdict: Verdict, from: number): Answer {
    if (verdict === 'deny') return { status: 'rejected', decidedBy: 'policy', from }
    if (verdict === 'approve') return { status: 'approved', decidedBy: 'policy', from }
    if (verdict !== 'judge') return { status: 'pending', decidedBy: null, from: null }
    const said = model[asked++ % model.length] ?? 'pending'
    return { status: said, decidedBy: said === 'pending' ? null : 'llm', from }
  }

  function ask(at: number, losses: { lostAt: number | null; answerLostAt: number | null }): Answer | null {
    if (losses.lostAt === at) return null
    const row = open(at)
    if (row.status === 'pending') {
      const ends = row.verdict === 'deny' || at === authority
      const above = ends ? decideHere(row.verdict, at) : ask(at - 1, losses)
      if (above) {
        const status = ends ? above.status : narrow(row.verdict, above)
        if (status !== 'pending') settle(at, { ...above, status })
        else row.authority = above.status === 'approved' || ends ? at : (rows.get(at - 1)?.authority ?? null)
      }
    }
    return losses.answerLostAt === at ? null : { status: row.status, decidedBy: row.decidedBy, from: row.from }
  }

  function person(at: number, status: 'approved' | 'rejected'): void {
    const row = rows.get(at)
    if (row?.status !== 'pending') return
    const waitsHere = row.authority === at || (row.authority === null && (at === authority || at === 0))
    if (status === 'approved' && (!waitsHere || row.verdict === 'deny')) return
    const verdict: Answer = { status, decidedBy: 'human', from: at }
    settle(at, verdict)
    row.down.push(verdict)
  }

  function deliver(at: number, times: number): void {
    const command = rows.get(at)?.down.shift()
    if (!command || at === last) return
    const row = rows.get(at + 1)
    if (!row) return
    for (let time = 0; time < times; time += 1) {
      const local = row.status
      const status = followed(local, command, { verdict: row.verdict, isAuthority: at + 1 === authority })
      const refused: Answer = { status: 'rejected', decidedBy: 'policy', from: at + 1 }
      const ours = status === 'rejected' && local === 'pending' ? refused : { ...row, status }
      const told = status === command.status ? command : ours
      if (status !== local) settle(at + 1, told)
      if (time > 0) continue
      // An authority that has approved by itself hands on its own approval.
      const stands = local === 'approved' && status === 'approved'
      if (stands && command.status === 'approved' && at + 1 === authority)
        row.down.push({ status, decidedBy: row.decidedBy, from: row.from })
      else row.down.push(stands ? command : told)
    }
  }

  function rollUp(from: number): void {
    const below = rows.get(from)
    if (!below || from === 0) return
    const isNew = !rows.has(from - 1)
    const row = open(from - 1)
    if (isNew) row.authority = below.authority
    if (isNew || takesFromBelow({ status: row.status, reason: '' }, below.status)) settle(from - 1, below)
    if (below.executed && row.status === 'approved') row.executed = true
  }

  function rollUpAll(): void {
    for (let at = last; at > 0; at -= 1) rollUp(at)
  }

  function deliverAll(): void {
    for (let at = 0; at <= last; at += 1) while ((rows.get(at)?.down.length ?? 0) > 0) deliver(at, 1)
  }

  return {
    rows,
    authority,
    last,
    wasExecuted: () => rows.get(last)?.executed === true,
    run(what: Step): void {
      const at = (what.at ?? 0) % verdicts.length
      switch (what.do) {
        case 'ask':
          leafHolds =
            ask(last, { lostAt: what.lostAt ?? null, answerLostAt: what.answerLostAt ?? null })?.status ?? leafHolds
          break
        case 'approve':
          return person(at, 'approved')
        case 'reject':
          return person(at, 'rejected')
        case 'expire':
          if (rows.get(at)?.status === 'pending') settle(at, { status: 'expired', decidedBy: null, from: at })
          break
        case 'deliver':
          return deliver(at, 1)
        case 'deliverTwice':
          return deliver(at, 2)
        case 'rollUp':
          return rollUp(at)
        case 'rollUpAll':
          return rollUpAll()
        case 'deliverAll':
          return deliverAll()
        case 'execute': {
          // The leaf acts on an answer that it got; its monitor keeps the result of what it had approved.
          const row = rows.get(last)
          if (leafHolds === 'approved' && row?.status === 'approved') row.executed = true
        }
      }
    },
    /** Everything under way arrives. */
    settleAll(): void {
      for (let round = 0; round <= last + 1; round += 1) {
        rollUpAll()
        deliverAll()
      }
    },
  }
}

function expectNobodyBelowPasses(path: ReturnType<typeof createPath>): void {
  for (let upper = path.authority; upper <= path.last; upper += 1) {
    const row = path.rows.get(upper)
    // A person above a local authority may take an approval back; that arrives when it arrives.
    if (row?.status !== 'rejected' || row.from === null || row.from < path.authority) continue
    for (let lower = upper + 1; lower <= path.last; lower += 1) {
      expect(path.rows.get(lower)?.status, `monitor ${lower} below the refusal of ${upper}`).not.toBe('approved')
    }
  }
}

test('whatever is lost, repeated or decided by whom: a refusal stands, and nobody below it ever sees an approval', () => {
  fc.assert(
    fc.property(scenario, ({ steps, ...tree }) => {
      const path = createPath(tree)
      for (const what of steps) {
        path.run(what)
        expectNobodyBelowPasses(path)
        for (const row of path.rows.values()) if (row.executed) expect(row.status).toBe('approved')
      }
    }),
    { numRuns },
  )
})

test('when everything has arrived, a refusal before the execution is what every monitor shows', () => {
  fc.assert(
    fc.property(scenario, ({ steps, ...tree }) => {
      const path = createPath(tree)
      for (const what of steps) path.run(what)
      path.settleAll()
      const shown = [...path.rows.values()].map((row) => row.status)
      if (!path.wasExecuted() && shown.includes('rejected')) expect(shown).not.toContain('approved')
    }),
    { numRuns },
  )
})

test('a monitor whose policy denies never shows an approval, and nothing below it is ever executed', () => {
  fc.assert(
    fc.property(scenario, ({ steps, ...tree }) => {
      const path = createPath(tree)
      for (const what of steps) path.run(what)
      const denies = tree.verdicts.findLastIndex((verdict, at) => verdict === 'deny' && at >= path.authority)
      if (denies === -1) return
      for (let at = denies; at <= path.last; at += 1) expect(path.rows.get(at)?.status).not.toBe('approved')
      expect(path.wasExecuted()).toBe(false)
    }),
    { numRuns },
  )
})

/** A person far above approves what a region has approved by itself, while a monitor below that region wants a person. */
const approvedAboveAnAuthority = {
  verdicts: ['judge', 'deny', 'judge', 'human', 'judge'] as Verdict[],
  authority: 2,
  model: ['approved'] as DecisionStatus[],
  steps: [
    { do: 'ask', lostAt: 2, answerLostAt: null },
    { do: 'rollUpAll' },
    { do: 'approve', at: 0 },
    { do: 'ask', lostAt: null, answerLostAt: null },
    { do: 'rollUpAll' },
    { do: 'deliverAll' },
  ] as Step[],
}

test('a monitor that wants a person follows only a person, and nobody below an authority follows one above it', () => {
  fc.assert(
    fc.property(scenario, ({ steps, ...tree }) => {
      const path = createPath(tree)
      for (const what of steps) path.run(what)
      for (const [at, row] of path.rows) {
        if (at < path.authority || row.status !== 'approved') continue
        if (row.verdict === 'human') expect(row.decidedBy).toBe('human')
        expect(row.from).toBeGreaterThanOrEqual(path.authority)
      }
    }),
    { numRuns, examples: [[approvedAboveAnAuthority]] },
  )
})
