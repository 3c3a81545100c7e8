import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { expect, onTestFinished, test } from 'vitest'
import { freePort, newFolder, startProbe } from './harness.ts'

/** A TLS server on loopback with a self-signed certificate that is good for so many days. */
async function tlsServer(folder: string, days: number): Promise<number> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=shop.example']
  execFileSync('/usr/bin/openssl', ['req', '-x509', ...made, '-days', String(days), '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  })
  return await listening(createServer({ key: await readFile(key), cert: await readFile(cert) }))
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

test.each([
  [90, null],
  [10, 'L1'],
  [2, 'L3'],
] as const)('a server shows a certificate that ends in %i days: %s, whoever signed it', async (days, level) => {
  const folder = await newFolder()
  const port = await tlsServer(folder, days)
  const certificates = [{ name: 'shop', host: '127.0.0.1', port, warning_days: 21, critical_days: 7 }]
  const { issues } = await startProbe(folder, { checks: { certificates } }).probe.inspectNow()
  expect(issues.map((issue) => issue.level)).toEqual(level === null ? [] : [level])
  if (level) expect(issues[0]?.details).toMatchObject({ subject: 'CN=shop.example', days_left: days - 1 })
})

test('a server that speaks no TLS, says nothing, or is not there is a check that failed, not a good certificate', async () => {
  const folder = await newFolder()
  const plain = await listening(createTcpServer((socket) => socket.on('error', () => null).end('no TLS here\n')))
  const mute = await listening(createTcpServer((socket) => socket.on('error', () => null)))
  const certificates = [plain, mute, await freePort()].map((port) => ({ name: `p${port}`, host: '127.0.0.1', port }))
  const { probe } = startProbe(folder, { blind_after: 1, check_timeout_s: 0.3, checks: { certificates } })
  const { issues } = await probe.inspectNow()
  expect(issues.map(({ level, type }) => [level, type])).toEqual(certificates.map(() => ['L3', 'check_failed']))
})
