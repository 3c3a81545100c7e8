import { expect, test } from 'vitest'
import type { AuditVerdictAnswer } from '../../../contract/audit.ts'
import { verifyLog } from './verify-log.ts'

const part = (seq: number, more: Partial<AuditVerdictAnswer> = {}): AuditVerdictAnswer => ({
  intact: true,
  entries: 100,
  head: { seq, hash: String(seq) },
  broken_at: null,
  complete: false,
  ...more,
})

function log(...parts: AuditVerdictAnswer[]) {
  const asked: Array<number | null> = []
  const ask = async (afterId: number | null) => {
    asked.push(afterId)
    return parts[asked.length - 1] ?? part(0)
  }
  return { asked, ask }
}

test('a long log is checked part after part, and the whole is counted', async () => {
  const { asked, ask } = log(part(100), part(200), part(230, { entries: 30, complete: true }))
  const heard: number[] = []
  const verified = await verifyLog(ask, (entries) => heard.push(entries))
  expect(verified).toEqual({ intact: true, entries: 230, brokenAt: null, hash: '230' })
  expect([asked, heard]).toEqual([
    [null, 100, 200],
    [100, 200, 230],
  ])
})

test('the first entry that does not fit ends it', async () => {
  const { asked, ask } = log(part(100), part(150, { intact: false, broken_at: 151 }))
  expect(await verifyLog(ask, () => {})).toMatchObject({ intact: false, brokenAt: 151 })
  expect(asked).toHaveLength(2)
})

test('an answer that does not go on is not asked for ever', async () => {
  const { asked, ask } = log(part(100), part(100))
  await verifyLog(ask, () => {})
  expect(asked).toHaveLength(2)
})
