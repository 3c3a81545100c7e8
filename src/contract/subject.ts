import type { JsonObject } from './common.ts'

/** Detail fields that name what an issue is about, the most telling first. */
const subjectKeys = [
  'subject',
  'service',
  'partition',
  'mount',
  'container',
  'process',
  'interface',
  'domain',
  'url',
  'path',
  'unit',
  'port',
  'pid',
] as const

/**
 * What an issue is about: two issues of one type and one subject are the same fault. Taken from `subject`, else from the
 * details' first telling field, else empty (one fault per type).
 */
export function issueSubject(issue: { subject?: string | undefined; details: JsonObject }): string {
  if (issue.subject) return issue.subject
  for (const key of subjectKeys) {
    const value = issue.details[key]
    if ((typeof value === 'string' && value !== '') || typeof value === 'number') return String(value).slice(0, 512)
  }
  return ''
}

const ruleUid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?::|$)/

/** A subject as people read it: that of a rule's alert begins with the uid of the rule, which tells them nothing. */
export function readableSubject(subject: string): string {
  return subject.replace(ruleUid, '')
}
