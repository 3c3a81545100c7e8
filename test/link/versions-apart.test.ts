import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { Registration, RegistrationReceipt } from '../../src/contract/cluster.ts'
import { DecisionAnswer, DecisionRequest, DecisionResult } from '../../src/contract/decisions.ts'
import { LinkMethods } from '../../src/contract/link.ts'
import {
  BatchReceipt,
  Heartbeat,
  HeartbeatReceipt,
  Report,
  ReportBatch,
  ReportReceipt,
} from '../../src/contract/reports.ts'

/** What the first version sends in every message, by the message's name: no later version may ask for more. */
const baselineFile = resolve(import.meta.dirname, '../fixtures/messages-1.0.0.json')

const messages: Record<string, z.ZodType> = {
  Report,
  ReportBatch,
  ReportReceipt,
  BatchReceipt,
  Heartbeat,
  HeartbeatReceipt,
  Registration,
  RegistrationReceipt,
  DecisionRequest,
  DecisionAnswer,
  DecisionResult,
}
for (const [name, { params, result }] of Object.entries(LinkMethods)) {
  messages[`${name} asked`] = params
  messages[`${name} answered`] = result
}

const Part = z.looseObject({
  required: z.array(z.string()).default([]),
  properties: z.record(z.string(), z.unknown()).default({}),
  additionalProperties: z.unknown().optional(),
})

/** Every object of a message with the path of its place, as the receiver expects it. */
function objectsOf(schema: z.ZodType): Array<{ path: string; required: string[]; closed: boolean }> {
  const found: Array<{ path: string; required: string[]; closed: boolean }> = []
  function walk(value: unknown, path: string): void {
    if (Array.isArray(value)) return value.forEach((item, at) => walk(item, `${path}/${at}`))
    if (typeof value !== 'object' || value === null) return
    const part = Part.safeParse(value)
    if (part.success && 'properties' in value) {
      const { required, additionalProperties } = part.data
      found.push({ path, required, closed: additionalProperties === false })
    }
    for (const [key, below] of Object.entries(value)) if (key !== 'default') walk(below, `${path}/${key}`)
  }
  walk(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), '')
  return found
}

type Required = Record<string, Record<string, string[]>>

/** By message and place in it, what an object has to bring. */
function requiredNow(): Required {
  return Object.fromEntries(
    Object.entries(messages).map(([name, schema]) => [
      name,
      Object.fromEntries(objectsOf(schema).map(({ path, required }) => [path, required.sort()])),
    ]),
  )
}

/** A condition that is not understood would silence more than was meant: refused on purpose. */
const closedOnPurpose = new Set(['silences.hold asked'])

test.each(Object.entries(messages).filter(([name]) => !closedOnPurpose.has(name)))(
  '%s: what a newer node adds to it is no reason to refuse it',
  (_name, schema) => {
    expect(objectsOf(schema).filter(({ closed }) => closed)).toEqual([])
  },
)

test('no message between nodes asks for a field that a node of the first version does not send', () => {
  if (process.env['UPDATE_MESSAGES'] === '1') writeFileSync(baselineFile, `${JSON.stringify(requiredNow(), null, 2)}\n`)
  const baseline = z
    .record(z.string(), z.record(z.string(), z.array(z.string())))
    .parse(JSON.parse(readFileSync(baselineFile, 'utf8')))
  const now: Required = requiredNow()
  for (const [name, objects] of Object.entries(baseline)) {
    expect(now, 'a message that older nodes send is not understood any more').toHaveProperty([name])
    // An object that is not in the baseline is one that nobody older sends.
    for (const [path, before] of Object.entries(objects)) {
      const added = (now[name]?.[path] ?? []).filter((field) => !before.includes(field))
      expect(added, `${name} ${path}`).toEqual([])
    }
  }
})
