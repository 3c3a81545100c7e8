import { beforeEach, expect, test } from 'vitest'
import { createCircuit, type Circuit } from './circuit.ts'

let now = 0
let circuit: Circuit
const fail = (times: number) => {
  for (let time = 0; time < times; time++) circuit.report('failure')
}
beforeEach(() => {
  now = 0
  circuit = createCircuit({ failures: 3, openMs: 1000, clock: () => now })
})

test('opens after failures in a row only', () => {
  fail(2)
  circuit.report('success')
  fail(2)
  expect(circuit.state()).toBe('closed')
  fail(1)
  expect([circuit.state(), circuit.tryEnter()]).toEqual(['open', false])
})

test('half open, one call is let through, and its success closes it', () => {
  fail(3)
  now = 1000
  expect([circuit.state(), circuit.tryEnter(), circuit.tryEnter()]).toEqual(['half_open', true, false])
  circuit.report('success')
  expect([circuit.state(), circuit.tryEnter(), circuit.tryEnter()]).toEqual(['closed', true, true])
})

test('a clock that is set back does not keep it open', () => {
  now = 3_600_000
  fail(3)
  expect(circuit.state()).toBe('open')
  now = 0
  expect(circuit.state()).toBe('half_open')
})

test('a failure of that one call opens it again for the whole pause', () => {
  fail(3)
  now = 1000
  circuit.tryEnter()
  fail(1)
  now = 1999
  expect(circuit.tryEnter()).toBe(false)
  now = 2000
  expect(circuit.tryEnter()).toBe(true)
})

test('a call that was given up lets the next one try', () => {
  fail(3)
  now = 1000
  circuit.tryEnter()
  circuit.report('neutral')
  expect([circuit.state(), circuit.tryEnter()]).toEqual(['half_open', true])
})
