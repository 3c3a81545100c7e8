import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readUpload } from './upload.ts'

test('an upload that breaks off before its taker reads is refused, and nothing is left to bring the node down', async () => {
  const boundary = 'cut'
  const part = (name: string, text: string) =>
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${name === 'file' ? '; filename="f"' : ''}\r\n\r\n${text}`
  const request = new Request('http://node/upload', {
    method: 'POST',
    headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
    body: `${part('path', '/srv/x')}\r\n${part('file', 'half of it')}`,
  })
  const reading = readUpload(request, async (_path, file) => {
    for (let turn = 0; turn < 20; turn++) await setImmediate()
    let read = 0
    for await (const chunk of file) read += Buffer.from(chunk).length
    return read
  })
  await expect(reading).rejects.toMatchObject({ code: 'INVALID_REQUEST' })
})
