import { type EventClient, type Message, openSocket, type SocketOptions } from '../realtime/event-client.ts'
import { until } from './until.ts'

type Data = Record<string, unknown>

/** Somebody on the socket of a server. */
export interface ServerClient extends EventClient {
  /** Sends a request and waits for its answer, or for the error. */
  ask(type: string, data?: Data, more?: Data): Promise<{ type: string; data: Data }>
  /** The first message of that type, now or later, whose data matches. */
  told(type: string, matches?: (data: Data) => boolean): Promise<Data>
}

let asked = 0

/** Opens the socket at that address; rejects with the HTTP answer when it is refused. */
export async function openServerSocket(url: string, options: SocketOptions = {}): Promise<ServerClient> {
  const client = await openSocket(url, options)
  const find = (what: string, matches: (message: Message) => boolean) =>
    until(what, () => {
      const found = client.messages.find(matches)
      return found && { type: found.type, data: found.data ?? {} }
    })
  return Object.assign(client, {
    ask(type: string, data: Data = {}, more: Data = {}) {
      const id = `r-${++asked}`
      client.send({ type, data, request_id: id, ...more })
      const isAnswer = (message: Message) =>
        message.data?.['request_id'] === id && (message.type.endsWith('_response') || message.type === 'error')
      return find(`an answer to ${type}`, isAnswer)
    },
    async told(type: string, matches: (data: Data) => boolean = () => true) {
      const { data } = await find(`${type} is told`, (message) => message.type === type && matches(message.data ?? {}))
      return data
    },
  })
}
