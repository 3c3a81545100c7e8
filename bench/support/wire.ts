import { connect, type Socket } from 'node:net'

/*
 * Requests on plain sockets: an HTTP client library costs more than the server that is measured, and both share the
 * machine.
 */

/** The text of a POST of JSON that has only characters of one byte. */
export function postText(path: string, key: string, body: string): string {
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
}

export function openWire(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket))
    socket.setEncoding('latin1').once('error', reject)
  })
}

/** One request and its answer; the status. */
export function exchange(socket: Socket, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const onData = (chunk: string) => {
      text += chunk
      const headEnd = text.indexOf('\r\n\r\n')
      if (headEnd < 0) return
      const length = Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1])
      if (text.length < headEnd + 4 + length) return
      done()
      resolve(text.slice(9, 12))
    }
    const onClose = () => {
      done()
      reject(new Error('the server closed the connection'))
    }
    function done(): void {
      socket.off('data', onData).off('close', onClose)
    }
    socket.on('data', onData).once('close', onClose)
    socket.write(request)
  })
}
