import { describe, expect, test } from 'vitest'
import { ParentError } from './parent-error.ts'
import { createGate, gateAfterFailure, gateAfterSuccess, gateBegin, gateWaitMs, openGate } from './gate.ts'

const limits = { minMs: 1000, maxMs: 60_000, unreachableMaxMs: 8_000, unauthorisedMs: 300_000 }
const failure = { kind: 'retryable', retryAfterMs: null, unreachable: false } as const
const fail = (gate = openGate, now = 0, era = gate.era) =>
  gateAfterFailure(gate, failure, { now, era, random: () => 1 }, limits)

test('an open gate lets everything through', () => {
  expect(gateWaitMs(openGate, 0, false)).toBe(0)
})

test('failures in a row wait longer, up to the bound', () => {
  let gate = openGate
  let now = 0
  const waits: number[] = []
  for (let i = 0; i < 8; i++) {
    gate = fail(gate, now)
    waits.push(gate.lengthMs)
    now += gate.lengthMs
  }
  expect(waits).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
})

test('a parent that cannot be reached at all is tried more often: a healed network is noticed soon', () => {
  let gate = openGate
  for (let i = 0; i < 8; i++) {
    const now = gate.sinceMs + gate.lengthMs
    gate = gateAfterFailure(gate, { ...failure, unreachable: true }, { now, era: gate.era, random: () => 1 }, limits)
  }
  expect(gate.lengthMs).toBe(8_000)
})

describe('a new live report', () => {
  test('breaks a back-off once, and a failure then neither lengthens it nor allows a second', () => {
    const shut = fail()
    expect(gateWaitMs(shut, 100, false)).toBe(1900)
    expect(gateWaitMs(shut, 100, true)).toBe(0)
    const tried = fail(gateBegin(shut, 100), 150)
    expect(gateWaitMs(tried, 200, true)).toBe(1800)
    expect(tried.attempt).toBe(1)
    expect(gateWaitMs(tried, 2000, false)).toBe(0)
    expect(gateWaitMs(fail(tried, 2000), 2001, true)).toBe(0)
  })

  test('never breaks what the parent asked for, nor the wait after a refused key', () => {
    const asked = gateAfterFailure(
      openGate,
      { kind: 'retryable', retryAfterMs: 7000, unreachable: false },
      { now: 0, era: 0, random: () => 0 },
      limits,
    )
    expect(gateWaitMs(asked, 1000, true)).toBe(6000)
    const refused = gateAfterFailure(
      openGate,
      { kind: 'unauthorised', retryAfterMs: null, unreachable: false },
      { now: 0, era: 0, random: () => 1 },
      limits,
    )
    expect(gateWaitMs(refused, 0, true)).toBe(300_000)
  })
})

test('two requests that fail together make one back-off', () => {
  const first = fail(openGate, 500)
  expect(fail(first, 500, openGate.era)).toEqual(first)
  expect(fail(first, 500 + first.lengthMs, openGate.era)).toEqual(first)
})

test('a success of a request that was under way does not undo what the parent has asked since', () => {
  const refusal = { kind: 'retryable', retryAfterMs: 7000, unreachable: false } as const
  const asked = gateAfterFailure(openGate, refusal, { now: 0, era: 0, random: () => 0 }, limits)
  expect(gateWaitMs(gateAfterSuccess(asked, openGate.era), 0, true)).toBe(7000)
  expect(gateWaitMs(gateAfterSuccess(asked, asked.era), 0, true)).toBe(0)
  expect(gateWaitMs(gateAfterSuccess(fail(), openGate.era), 0, false)).toBe(0)
})

test('a clock that was set back does not keep the gate shut', () => {
  expect(gateWaitMs(fail(openGate, 3_600_000), 0, false)).toBe(0)
})

test('a success opens the gate and forgets the failures', () => {
  let now = 0
  const gate = createGate({ clock: () => now, random: () => 1 })
  gate.failed(new ParentError({ kind: 'retryable', message: 'no' }), gate.begin())
  expect(gate.shutUntil()).toBe(2000)
  now = 2000
  gate.succeeded(gate.begin())
  expect(gate.shutUntil()).toBeNull()
  expect(gate.waitMs(false)).toBe(0)
})

test('it is told once that the parent is back, and not while it answers', () => {
  let told = 0
  const back = createGate({ clock: () => 0, random: () => 1, onBack: () => (told += 1) })
  back.succeeded(back.begin())
  expect(told).toBe(0)
  back.failed(new ParentError({ kind: 'retryable', message: 'gone' }), back.begin())
  back.succeeded(back.begin())
  back.succeeded(back.begin())
  expect(told).toBe(1)
})
