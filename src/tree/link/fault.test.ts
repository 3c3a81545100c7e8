import { describe, expect, test } from 'vitest'
import { conflict, notFound } from '../../contract/errors.ts'
import type { AppError } from '../../contract/errors.ts'
import { FaultHeader, LinkError, LinkReasons, errorOf, faultOf } from './fault.ts'
import { MAX_HEADER_BYTES } from './frame.ts'
import { parseJson } from './headers.ts'

/** What the caller gets of an error thrown on the other side. */
function across(error: unknown): AppError {
  const json = JSON.stringify(faultOf(error))
  expect(Buffer.byteLength(json)).toBeLessThanOrEqual(MAX_HEADER_BYTES)
  const fault = parseJson(FaultHeader, Buffer.from(json))
  if (!fault) throw new Error(`unreadable: ${json}`)
  return errorOf(fault, 'region')
}

describe('errors that cross the link', () => {
  test('a documented error keeps code, status, both texts and details', () => {
    const error = across(conflict('已确认', 'Already acknowledged', { details: { alert_id: 7 }, internal: 'secret' }))
    expect(error).toMatchObject({
      code: 'CONFLICT',
      status: 409,
      text: { zh: '已确认', en: 'Already acknowledged' },
      details: { alert_id: 7 },
    })
    expect(error.message).not.toMatch(/secret/)
  })

  test.each([new Error('password=hunter2 at /etc/x.ts:1'), 'a string', undefined, null, new TypeError('x')])(
    'of any other error only that it happened: %s',
    (thrown) => {
      const error = across(thrown)
      expect(error).toMatchObject({ code: 'INTERNAL_ERROR', status: 500, details: undefined })
      expect(JSON.stringify(faultOf(thrown))).not.toMatch(/hunter2|\.ts/)
    },
  )

  test.each(LinkReasons)('%s keeps the hop where it broke', (reason) => {
    const error = across(new LinkError(reason, 'region-b'))
    expect(error).toBeInstanceOf(LinkError)
    expect(error).toMatchObject({ reason, hop: 'region-b' })
    expect(error.text.zh).toContain('region-b')
    expect(error.text.en).toContain('region-b')
  })

  test('texts and details of any size fit a frame', () => {
    const error = across(
      notFound('\u0001'.repeat(10_000), '\u0001'.repeat(10_000), { details: { blob: 'x'.repeat(100_000) } }),
    )
    expect(error.details).toEqual({ truncated: true })
    expect(error.text.en.length).toBe(500)
  })

  test('details that are no JSON do not keep the error from being answered', () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    expect(across(conflict('冲突', 'Conflict', { details: circle }))).toMatchObject({
      code: 'CONFLICT',
      details: { truncated: true },
    })
    expect(across(conflict('冲突', 'Conflict', { details: { n: 1n } }))).toMatchObject({ details: { truncated: true } })
  })

  test('a reason that this version does not know is still a link error', () => {
    expect(parseJson(FaultHeader, Buffer.from('{"fault":"link","reason":"FROM_2030","hop":"a"}'))).toMatchObject({
      reason: 'REMOTE',
    })
  })

  test.each([
    '{}',
    'null',
    '{"fault":"app","code":"x y","status":500,"text":{"zh":"","en":""}}',
    '{"fault":"app","code":"A","status":200,"text":{"zh":"","en":""}}',
    '{"fault":"link","reason":"TIMEOUT","hop":"../etc"}',
    '\xff',
  ])('a malformed fault is no fault: %s', (json) => {
    expect(parseJson(FaultHeader, Buffer.from(json, 'latin1'))).toBeUndefined()
  })
})
