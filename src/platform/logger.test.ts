import { describe, expect, test } from 'vitest'
import { createLogger, type LogLevel } from './logger.ts'
import { readableLine } from './readable-line.ts'

function capture(level: LogLevel = 'info') {
  const lines: string[] = []
  const logger = createLogger({ level, node: 'leaf-1', write: (line) => lines.push(line) })
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> }
}

describe('createLogger', () => {
  test('every line is one JSON object with time, level, node and text', () => {
    const { logger, lines, last } = capture()
    logger.info({ port: 3333 }, 'listening')
    expect(lines).toHaveLength(1)
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/Z$/),
      node: 'leaf-1',
      port: 3333,
      msg: 'listening',
    })
  })

  test('a child logger adds its fields to each line', () => {
    const { logger, last } = capture()
    logger.child({ request_id: 'r1' }).warn('slow')
    expect(last()).toMatchObject({ node: 'leaf-1', request_id: 'r1', msg: 'slow' })
  })

  test('secrets are hidden in fields, in child fields, in errors and in the text', () => {
    const { logger, lines } = capture()
    const err = Object.assign(new Error('no route to postgres://u:s1@db/x'), {
      config: { headers: { 'X-API-Key': 's2' } },
    })
    logger.child({ token: 's3' }).error({ err, deep: { a: { password: 's4' } } }, 'GET /ws?token=s5')
    expect(lines.join('')).not.toMatch(/s[1-5]\b/)
    expect(lines.join('')).toContain('no route to')
  })

  test('an error logged by itself keeps its stack and cause', () => {
    const { logger, last } = capture()
    logger.error(new Error('outer', { cause: new Error('inner') }))
    expect(last()).toMatchObject({ msg: 'outer', err: { stack: expect.any(String), cause: { message: 'inner' } } })
  })

  test('below its level nothing is written', () => {
    const { logger, lines } = capture('error')
    logger.info('quiet')
    expect(lines).toEqual([])
  })
})

test('on a terminal a line reads as time, level, node, text and fields, with the stack below', () => {
  const json =
    '{"level":"warn","time":"2026-01-02T03:04:05.678Z","node":"r","port":1,"err":{"stack":"Error: x\\n at y"},"msg":"hm"}\n'
  const plain = readableLine(json).replaceAll(/\u001B\[\d+m/g, '')
  expect(plain).toBe('03:04:05.678 warn  r hm port=1\n    Error: x\n     at y\n')
})
