import { downloadUrl, transferHeaders, uploadUrl } from './files-api.ts'
import type { Ending, Move } from './transfers.ts'

/** An upload by XHR: `fetch` says nothing of how far an upload is. */
export function uploading(serverId: number, file: File, path: string, noAnswer: string): Move {
  return ({ overwrite, signal, onProgress }) => {
    const { promise, resolve } = Promise.withResolvers<Ending>()
    const request = new XMLHttpRequest()
    request.open('POST', uploadUrl(serverId, overwrite))
    for (const [name, value] of Object.entries(transferHeaders())) request.setRequestHeader(name, value)
    request.upload.addEventListener('progress', ({ loaded, total }) =>
      onProgress(Math.min(loaded, file.size), Math.min(total, file.size)),
    )
    request.addEventListener('load', () => {
      if (request.status < 300) resolve({ state: 'done' })
      else if (request.status === 409 && !overwrite) resolve({ state: 'exists' })
      else resolve({ state: 'failed', error: errorIn(request.responseText) ?? `${noAnswer} (${request.status})` })
    })
    request.addEventListener('error', () => resolve({ state: 'failed', error: noAnswer }))
    request.addEventListener('abort', () => resolve({ state: 'cancelled' }))
    signal.addEventListener('abort', () => request.abort())
    const form = new FormData()
    form.set('path', path)
    form.set('file', file)
    request.send(form)
    return promise
  }
}

const pieceBytes = 32 * 1024 * 1024

/** A download with the person's token, handed to the browser when it is whole. Large ones are kept on its disk meanwhile. */
export function downloading(serverId: number, path: string, name: string, noAnswer: string): Move {
  return async ({ signal, onProgress }) => {
    try {
      const response = await fetch(downloadUrl(serverId, path), {
        headers: transferHeaders(),
        credentials: 'omit',
        signal,
      })
      if (!response.ok || !response.body)
        return { state: 'failed', error: errorIn(await response.text()) ?? `${noAnswer} (${response.status})` }
      const total = Number(response.headers.get('content-length') ?? Number.NaN)
      const pieces: Blob[] = []
      let waiting: Array<Uint8Array<ArrayBuffer>> = []
      let waitingBytes = 0
      let loaded = 0
      const reader = response.body.getReader()
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        waiting.push(read.value)
        waitingBytes += read.value.length
        loaded += read.value.length
        if (waitingBytes >= pieceBytes) {
          pieces.push(new Blob(waiting))
          waiting = []
          waitingBytes = 0
        }
        onProgress(loaded, Number.isFinite(total) ? total : null)
      }
      keep(new Blob([...pieces, ...waiting]), name)
      return { state: 'done' }
    } catch {
      return signal.aborted ? { state: 'cancelled' } : { state: 'failed', error: noAnswer }
    }
  }
}

function keep(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  // The browser has taken hold of it long before.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

function errorIn(text: string): string | null {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'string'
      ? body.error
      : null
  } catch {
    return null
  }
}
