import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'
import type { HandLeaf } from '../support/hand-leaf.ts'

/** An event socket that is opened again whenever it ends, as the dashboard does; keeps what it is told, and how it ended. */
export function stubbornSocket(url: string, token: string) {
  let isOpen = false
  let stopped = false
  let socket: WebSocket
  const told: string[] = []
  const closed: number[] = []
  function open(): void {
    socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers: { Authorization: `Bearer ${token}` } })
    socket.on('open', () => (isOpen = true))
    socket.on('message', (data: Buffer) => told.push(data.toString('utf8')))
    socket.on('error', () => undefined)
    socket.on('close', (code) => {
      if (isOpen && !stopped) closed.push(code)
      isOpen = false
      if (!stopped) setTimeout(open, 100)
    })
  }
  open()
  return {
    told,
    /** The codes with which it was closed after it had been open. */
    closed,
    isOpen: () => isOpen,
    stop() {
      stopped = true
      socket.terminate()
    },
  }
}

/** Reports of one leaf without a pause; what is not acknowledged is sent again under the same name. */
export function reportWithoutPause(leaf: HandLeaf) {
  const acknowledged: string[] = []
  let stopped = false
  const running = (async () => {
    while (!stopped) {
      const report_uid = randomUUID()
      const timestamp = new Date().toISOString()
      const isTaken = async () => {
        try {
          return (await leaf.report([], { report_uid, timestamp })).status === 200
        } catch {
          // The connection ended with the process: whether the report was taken nobody knows.
          return false
        }
      }
      while (!stopped && !(await isTaken())) await new Promise((resolve) => setTimeout(resolve, 20))
      if (!stopped) acknowledged.push(report_uid)
    }
  })()
  return {
    acknowledged,
    async stop() {
      stopped = true
      await running
    },
  }
}
