import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DataDirUnusable, openDataDir } from '../../src/platform/data-dir.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'data-dir-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('openDataDir', () => {
  test('a new data folder and its secrets are for its owner only', async () => {
    const data = await openDataDir(join(folder, 'deep', 'data'))
    await data.secretKey()
    expect(statSync(data.path).mode & 0o777).toBe(0o700)
    expect(statSync(data.file('secret.key')).mode & 0o777).toBe(0o600)
  })

  test('the secret and the uid are the same after a restart, and differ between nodes', async () => {
    const [a, again, b] = [
      await openDataDir(join(folder, 'a')),
      await openDataDir(join(folder, 'a')),
      await openDataDir(join(folder, 'b')),
    ]
    expect(await a.secretKey()).toHaveLength(32)
    expect(await again.secretKey()).toEqual(await a.secretKey())
    const made = await a.registrationToken()
    expect(made.isNew).toBe(true)
    expect(await again.registrationToken()).toEqual({ token: made.token, isNew: false })
    expect((await b.registrationToken()).token).not.toBe(made.token)
    expect(await b.secretKey()).not.toEqual(await a.secretKey())
  })

  test.each([
    ['hexadecimal', 'ab'.repeat(32)],
    ['base64', Buffer.alloc(32, 0xab).toString('base64')],
  ])('a secret that is configured, %s, is used and none is made', async (_how, text) => {
    const data = await openDataDir(folder)
    expect(await data.secretKey(text)).toEqual(Buffer.alloc(32, 0xab))
    expect(readdirSync(folder)).toEqual([])
  })

  test('of many that make the secret at once all hold the same, and no draft is left', async () => {
    const data = await openDataDir(folder)
    const keys = await Promise.all(Array.from({ length: 20 }, () => data.secretKey()))
    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1)
    expect(readdirSync(folder)).toEqual(['secret.key'])
  })

  test('a damaged secret stops the start; it is never replaced in silence', async () => {
    writeFileSync(join(folder, 'secret.key'), 'half\n')
    await expect((await openDataDir(folder)).secretKey()).rejects.toThrow(/secret\.key is damaged/)
  })

  test('a folder that cannot be made is refused with what to do', async () => {
    writeFileSync(join(folder, 'file'), '')
    await expect(openDataDir(join(folder, 'file', 'data'))).rejects.toThrow(DataDirUnusable)
  })
})
