import { expect, test } from 'vitest'
import { issueSubject, readableSubject } from './subject.ts'

test.each([
  [{ subject: 'nginx', details: { service: 'mysql' } }, 'nginx'],
  [{ details: { exit_code: 1, service: 'nginx' } }, 'nginx'],
  [{ details: { partition: '/' } }, '/'],
  [{ details: { port: 443 } }, '443'],
  [{ details: { service: '' } }, ''],
  [{ details: {} }, ''],
])('%j is about %j', (issue, subject) => expect(issueSubject(issue)).toBe(subject))

test.each([
  ['83b89719-dfd1-4f55-84b7-290373a75dce', ''],
  ['83b89719-dfd1-4f55-84b7-290373a75dce:shop.test', 'shop.test'],
  ['nginx', 'nginx'],
  ['83b89719-dfd1-4f55-84b7-290373a75dcef', '83b89719-dfd1-4f55-84b7-290373a75dcef'],
])('%s is read as %j', (subject, read) => expect(readableSubject(subject)).toBe(read))
