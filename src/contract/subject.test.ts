import { expect, test } from 'vitest'
import { issueSubject } from './subject.ts'

test.each([
  [{ subject: 'nginx', details: { service: 'mysql' } }, 'nginx'],
  [{ details: { exit_code: 1, service: 'nginx' } }, 'nginx'],
  [{ details: { partition: '/' } }, '/'],
  [{ details: { port: 443 } }, '443'],
  [{ details: { service: '' } }, ''],
  [{ details: {} }, ''],
])('%j is about %j', (issue, subject) => expect(issueSubject(issue)).toBe(subject))
