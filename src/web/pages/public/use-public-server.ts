import { useEffect, useState } from 'react'
import type { PublicServerRow } from './use-public-servers.ts'

type Measured = NonNullable<PublicServerRow['measured']>

const retryMs = 5_000

/** The newest figures of one server over its public socket, for as long as somebody looks. */
export function usePublicServer(serverId: number): { measured: Measured | null; isLive: boolean } {
  const [measured, setMeasured] = useState<Measured | null>(null)
  const [isLive, setIsLive] = useState(false)

  useEffect(() => {
    let socket: WebSocket | null = null
    let timer: ReturnType<typeof setTimeout> | undefined
    let isOver = false
    function connect() {
      const url = new URL(`/public/ws/servers/${serverId}`, location.href)
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
      socket = new WebSocket(url)
      socket.addEventListener('open', () => setIsLive(true))
      socket.addEventListener('message', (message) => {
        const told = figuresIn(message.data)
        if (told) setMeasured(told)
      })
      socket.addEventListener('close', () => {
        setIsLive(false)
        if (!isOver) timer = setTimeout(connect, retryMs)
      })
    }
    connect()
    return () => {
      isOver = true
      clearTimeout(timer)
      socket?.close()
    }
  }, [serverId])

  return { measured, isLive }
}

/** What a message of the socket measures; null for any other. */
function figuresIn(text: unknown): Measured | null {
  try {
    const message: unknown = JSON.parse(String(text))
    const { type, data } = message as { type?: unknown; data?: Measured }
    return type === 'monitor_data' && data && typeof data.timestamp === 'string' ? data : null
  } catch {
    return null
  }
}
