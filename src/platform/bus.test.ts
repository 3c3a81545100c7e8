import { describe, expect, test, vi } from 'vitest'
import { createBus } from './bus.ts'
import { createLogger } from './logger.ts'

interface Events {
  joined: { agent_id: string }
  left: { agent_id: string }
}

function setUp() {
  const lines: string[] = []
  const bus = createBus<Events>({ logger: createLogger({ level: 'info', write: (line) => lines.push(line) }) })
  return { bus, lines }
}

describe('createBus', () => {
  test('every listener of a name gets the event, in order; others do not', () => {
    const { bus } = setUp()
    const got: string[] = []
    bus.on('joined', (event) => got.push(`first ${event.agent_id}`))
    bus.on('joined', (event) => got.push(`second ${event.agent_id}`))
    bus.on('left', () => got.push('wrong'))
    bus.emit('joined', { agent_id: 'a' })
    expect(got).toEqual(['first a', 'second a'])
  })

  test('a listener that throws or rejects is logged and harms neither the emitter nor the others', async () => {
    const { bus, lines } = setUp()
    let reached = false
    bus.on('joined', () => {
      throw new Error('thrown')
    })
    bus.on('joined', () => Promise.reject(new Error('rejected')))
    bus.on('joined', () => (reached = true))
    expect(() => bus.emit('joined', { agent_id: 'a' })).not.toThrow()
    expect(reached).toBe(true)
    await vi.waitFor(() => expect(lines.join('')).toMatch(/thrown[^]*rejected/), 20_000)
  })

  test('an ended listener is called no more, even when it ends during an event', () => {
    const { bus } = setUp()
    let calls = 0
    const end = bus.on('joined', () => {
      calls++
      end()
    })
    bus.emit('joined', { agent_id: 'a' })
    bus.emit('joined', { agent_id: 'a' })
    expect(calls).toBe(1)
  })
})
