import { expect, test } from 'vitest'
import type { WireListener } from './live-socket.ts'
import { followServer } from './server-socket.ts'

function rig({ refused = false } = {}) {
  const sent: string[] = []
  const heard: string[] = []
  const timers: Array<{ run: () => void; delayMs: number }> = []
  const wires: WireListener[] = []
  let closed = 0
  const end = followServer(
    {
      ticket: async () => {
        if (refused) throw new Error('no')
        return 'ticket'
      },
      open(_ticket, listener) {
        wires.push(listener)
        return { send: (text) => void sent.push(text), close: () => void (closed += 1) }
      },
      later(run, delayMs) {
        timers.push({ run, delayMs })
        return () => void timers.splice(0)
      },
    },
    {
      opened: (ask) => ask('job_watch', { job_id: 'j' }),
      message: (type, data) => void heard.push(`${type} ${JSON.stringify(data)}`),
      lost: () => void heard.push('lost'),
    },
  )
  const settled = () => new Promise((resolve) => setTimeout(resolve, 0))
  return { sent, heard, timers, wires, end, settled, closed: () => closed }
}

test('after a break what is followed is asked for anew', async () => {
  const { sent, heard, timers, wires, settled } = rig()
  await settled()
  wires[0]?.opened()
  wires[0]?.text('{"type":"job_progress","data":{"seq":1}}')
  wires[0]?.text('no json')
  wires[0]?.text('{"type":3}')
  wires[0]?.closed(1006)
  expect(heard).toEqual(['job_progress {"seq":1}', 'lost'])
  timers[0]?.run()
  await settled()
  wires[1]?.opened()
  expect(sent.map((text) => JSON.parse(text))).toEqual([
    { type: 'job_watch', data: { job_id: 'j' }, request_id: 'r1' },
    { type: 'job_watch', data: { job_id: 'j' }, request_id: 'r2' },
  ])
})

test('pauses grow while nothing can be reached, up to a bound', async () => {
  const { timers, settled } = rig({ refused: true })
  await settled()
  for (let round = 0; round < 5; round += 1) {
    timers.at(-1)?.run()
    await settled()
  }
  expect(timers.map(({ delayMs }) => delayMs)).toEqual([1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
})

test('once ended it is closed, says no more and does not come back', async () => {
  const { heard, timers, wires, end, settled, closed } = rig()
  await settled()
  wires[0]?.opened()
  end()
  wires[0]?.text('{"type":"docker_logs","data":{}}')
  wires[0]?.closed(1006)
  expect({ heard, timers: timers.length, closed: closed() }).toEqual({ heard: [], timers: 0, closed: 1 })
})
