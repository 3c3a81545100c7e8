import { expect, test } from 'vitest'
import { ruleTypes } from '../../../contract/alert-rules.ts'
import { ruleLooks, ruleText, ruleTypeNames } from './rule-text.ts'

const cpu = { type: 'cpu', threshold: 80, duration: 300, severity: 'high', target: null } as const

test('a rule reads as one would say it, in both languages', () => {
  expect(ruleText(cpu, null, 'en')).toBe('cpu at or above 80 % for 5 min on every server: high alert')
  expect(ruleText(cpu, 'db-1', 'zh')).toBe('db-1的 CPU 使用率达到 80 % 并持续 5 分钟时，产生高级告警')
  const nginx = { type: 'process', threshold: 1, duration: 0, severity: 'critical', target: 'nginx' } as const
  expect(ruleText(nginx, 'web-1', 'en')).toBe('running processes nginx below 1 on web-1: critical alert')
  expect(ruleText({ ...cpu, type: 'status', duration: 60 }, null, 'en')).toBe(
    'offline for 1 min on every server: high alert',
  )
})

test('what is said of every type is what the node does with it', () => {
  for (const type of ruleTypeNames) {
    const { wrongWhen, target } = ruleTypes[type]
    const { unit, hasTarget } = ruleLooks[type]
    expect([type, hasTarget, unit === null]).toEqual([type, target !== null, wrongWhen === null])
    expect([type, unit === 'count' || unit === 'days']).toEqual([type, wrongWhen === 'below'])
  }
  expect(ruleTypeNames).toHaveLength(Object.keys(ruleTypes).length)
})
