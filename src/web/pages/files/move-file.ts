import { oneTimeTicket } from '../../app-state.ts'
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

/** Larger ones the browser writes to its disk itself. */
export const maxHeldBytes = 64 * 1024 * 1024

/** A download with the person's token, handed to the browser when it is whole. */
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
      const pieces: Array<Uint8Array<ArrayBuffer>> = []
      let loaded = 0
      const reader = response.body.getReader()
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        pieces.push(read.value)
        loaded += read.value.length
        onProgress(loaded, Number.isFinite(total) ? total : null)
      }
      keep(new Blob(pieces), name)
      return { state: 'done' }
    } catch {
      return signal.aborted ? { state: 'cancelled' } : { state: 'failed', error: noAnswer }
    }
  }
}

/**
 * A download by the browser itself, straight to its disk; for files that are too large to be held by a page. Resolves to why
 * the host does not give it, or to null when the browser has begun.
 */
export async function downloadByBrowser(
  serverId: number,
  path: string,
  name: string,
  noAnswer: string,
): Promise<string | null> {
  try {
    // The browser would only say that it failed: one byte shows before why.
    const headers = { ...transferHeaders(), Range: 'bytes=0-0' }
    const probe = await fetch(downloadUrl(serverId, path), { headers, credentials: 'omit' })
    const text = await probe.text()
    if (!probe.ok) return errorIn(text) ?? `${noAnswer} (${probe.status})`
    save(downloadUrl(serverId, path, await oneTimeTicket()), name)
    return null
  } catch {
    return noAnswer
  }
}

function keep(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  save(url, name)
  // The browser has taken hold of it long before.
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

function save(url: string, name: string): void {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
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
