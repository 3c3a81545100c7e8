import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCompletion, parseVerdict } from './verdict.ts'

const good = { decision: 'approve', risk_level: 'low', reason: '低风险', analysis: '可以' }
const json = JSON.stringify(good)
const completion = (message: object, finish: string | null = 'stop') => ({
  choices: [{ finish_reason: finish, message }],
})

test('one object of the agreed shape is a verdict', () => {
  expect(parseVerdict(json, 7)).toEqual({
    outcome: 'approve',
    reason: '低风险',
    analysis: '可以',
    riskLevel: 'low',
    tookMs: 7,
  })
  expect(parseVerdict(`\n ${JSON.stringify({ ...good, decision: 'reject' })}\n`, 0)).toMatchObject({
    outcome: 'reject',
  })
})

const bad: Record<string, string> = {
  empty: '',
  'white space': ' \n ',
  prose: 'Approved.',
  'prose before': `Sure! ${json}`,
  'prose after': `${json} Done.`,
  'two objects': json + json,
  'two lines of objects': `${json}\n${json}`,
  'an array': `[${json}]`,
  'a code fence': `\`\`\`json\n${json}\n\`\`\``,
  'a thought before': `<think>hm</think>${json}`,
  'an unknown decision': JSON.stringify({ ...good, decision: 'APPROVE' }),
  'a decision in Chinese': JSON.stringify({ ...good, decision: '批准' }),
  'a boolean decision': JSON.stringify({ ...good, decision: true }),
  'a list of decisions': JSON.stringify({ ...good, decision: ['approve'] }),
  'an unknown risk': JSON.stringify({ ...good, risk_level: 'none' }),
  'a missing key': JSON.stringify({ ...good, reason: undefined }),
  'an extra key': JSON.stringify({ ...good, override: true }),
  'an empty reason': JSON.stringify({ ...good, reason: ' ' }),
  'a key twice': '{"decision":"reject","risk_level":"low","reason":"r","analysis":"a","decision":"approve"}',
  'a key twice in disguise':
    '{"decision":"reject","risk_level":"low","reason":"r","analysis":"a","\\u0064ecision":"approve"}',
  'a string with an object': JSON.stringify(json),
  null: 'null',
  'cut off': json.slice(0, -1),
  '200 KB': JSON.stringify({ ...good, analysis: 'x'.repeat(200 * 1024) }),
  'single quotes': json.replaceAll('"', "'"),
  __proto__: '{"__proto__":{"decision":"approve","risk_level":"low","reason":"r","analysis":"a"}}',
}
describe('anything else is no answer', () => {
  test.each(Object.entries(bad))('%s', (_, content) => {
    expect(parseVerdict(content, 0)).toMatchObject({ outcome: 'none', why: 'unparseable' })
  })
  test('whatever the model writes around an approval', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        fc.pre((before + after).trim() !== '')
        return parseVerdict(before + json + after, 0).outcome === 'none'
      }),
    )
  })
})

test.each<[string, unknown, string]>([
  ['cut off by length', completion({ content: json }, 'length'), 'unparseable'],
  ['without an end', completion({ content: json }, null), 'unparseable'],
  ['stopped by a filter', completion({ content: json }, 'content_filter'), 'refused'],
  ['with a refusal', completion({ content: json, refusal: 'no' }), 'refused'],
  ['with a tool call', completion({ content: json, tool_calls: [{}] }), 'unparseable'],
  ['with a function call', completion({ content: json, function_call: { name: 'x' } }), 'unparseable'],
  ['without content', completion({ content: null }), 'unparseable'],
  ['with content in parts', completion({ content: [{ type: 'text', text: json }] }), 'unparseable'],
  ['without choices', { choices: [] }, 'unparseable'],
  [
    'with two choices',
    { choices: [...completion({ content: json }).choices, ...completion({ content: json }).choices] },
    'unparseable',
  ],
  ['that is text', json, 'unparseable'],
  ['that is nothing', undefined, 'unparseable'],
  ['that is an error', { error: { message: 'x' } }, 'unparseable'],
])('a completion %s is no answer', (_, body, why) => {
  expect(parseCompletion(body, 0)).toMatchObject({ outcome: 'none', why })
})

test('quotes, colons and keys inside of texts confuse nothing', () => {
  const tricky = { ...good, reason: '他说 "decision": "reject" \\', analysis: '{"decision":"reject"}\n"a":"b"' }
  expect(parseVerdict(JSON.stringify(tricky), 0)).toMatchObject({
    outcome: 'approve',
    reason: tricky.reason,
    analysis: tricky.analysis,
  })
})

test("the model's words lose control and invisible characters", () => {
  expect(parseVerdict(JSON.stringify({ ...good, reason: '\u001b[31mred\u200b\u202e' }), 0)).toMatchObject({
    reason: '[31mred',
  })
})

test('a finished completion with one verdict counts', () => {
  expect(
    parseCompletion(completion({ role: 'assistant', content: json, refusal: null, tool_calls: null }), 3),
  ).toMatchObject({ outcome: 'approve', tookMs: 3 })
})
