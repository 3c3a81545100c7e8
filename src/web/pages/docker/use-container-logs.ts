import { useEffect, useState } from 'react'
import { followServer } from '../../app-state.ts'
import { useNode } from '../../live/use-live.ts'
import { createLogBuffer, type LogLine } from './log-buffer.ts'

const maxLines = 10_000
const showPauseMs = 120

export type LogState = { name: 'connecting' | 'live' | 'broken' | 'ended' } | { name: 'refused'; reason: string }

/** What a container writes, from its `tail` newest lines on, followed over the socket of the server. */
export function useContainerLogs(agentId: string, containerId: string, tail: number) {
  const serverId = useNode(agentId)?.server_id
  const [lines, setLines] = useState<readonly LogLine[]>([])
  const [state, setState] = useState<LogState>({ name: 'connecting' })

  useEffect(() => {
    if (serverId === undefined) return undefined
    const buffer = createLogBuffer({ maxLines })
    let timer: ReturnType<typeof setTimeout> | undefined
    // A container that writes a thousand lines a second is drawn a few times in one.
    const show = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        setLines(buffer.lines())
      }, showPauseMs)
    }
    let isOver = false
    setLines([])
    setState({ name: 'connecting' })
    const end = followServer(serverId, {
      opened(ask) {
        if (isOver) return
        const since = buffer.resume()
        const which = since === null ? { tail } : { tail: maxLines, since }
        ask('docker_command', { action: 'logs', container_id: containerId, follow: true, timestamps: true, ...which })
        setState({ name: 'live' })
      },
      message(type, data) {
        if (type === 'docker_logs' && typeof data['logs'] === 'string') {
          buffer.add(data['logs'])
          show()
        } else if (type === 'docker_response' && data['ended'] === true) {
          isOver = true
          buffer.end()
          show()
          setState({ name: 'ended' })
        } else if (type === 'error') {
          isOver = true
          setState({ name: 'refused', reason: String(data['message']) })
        }
      },
      lost: () => !isOver && setState({ name: 'broken' }),
    })
    return () => {
      end()
      clearTimeout(timer)
    }
  }, [serverId, containerId, tail])

  return { lines, state }
}
