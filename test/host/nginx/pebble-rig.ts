import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:https'
import { join } from 'node:path'
import { until } from '../../support/until.ts'
import { demandProgram, freePort } from './nginx-rig.ts'

const PEBBLE = '/usr/bin/pebble'
const OPENSSL = '/usr/bin/openssl'
const DNS = '/usr/bin/pebble-challtestsrv'

/** A real ACME authority on loopback that looks at `httpPort`, with a DNS of its own where every name is 127.0.0.1. */
export async function pebbleRig(folder: string, httpPort: number) {
  demandProgram(PEBBLE, 'pebble')
  demandProgram(DNS, 'pebble')
  demandProgram(OPENSSL, 'openssl')
  const [acme, management, dns, dnsManagement, tls] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ]
  const file = (name: string): string => join(folder, name)
  execFileSync(
    OPENSSL,
    [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=localhost',
      '-addext',
      'subjectAltName=DNS:localhost,IP:127.0.0.1',
      '-keyout',
      file('pebble-key.pem'),
      '-out',
      file('pebble-ca.pem'),
    ],
    { stdio: 'ignore' },
  )
  const config = {
    pebble: {
      listenAddress: `127.0.0.1:${acme}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: file('pebble-ca.pem'),
      privateKey: file('pebble-key.pem'),
      httpPort,
      tlsPort: tls,
      ocspResponderURL: '',
      externalAccountBindingRequired: false,
    },
  }
  writeFileSync(file('pebble.json'), JSON.stringify(config))
  const ca = readFileSync(file('pebble-ca.pem'), 'utf8')
  const children: ChildProcess[] = []
  const run = (program: string, args: string[], env: NodeJS.ProcessEnv = {}): void => {
    const child = spawn(program, args, { env: { PATH: process.env['PATH'], ...env }, stdio: 'ignore' })
    children.push(child)
  }
  run(DNS, [
    '-dns01',
    `127.0.0.1:${dns}`,
    '-management',
    `127.0.0.1:${dnsManagement}`,
    '-defaultIPv4',
    '127.0.0.1',
    '-defaultIPv6',
    '',
    '-http01',
    '',
    '-https01',
    '',
    '-tlsalpn01',
    '',
  ])
  run(PEBBLE, ['-config', file('pebble.json'), '-dnsserver', `127.0.0.1:${dns}`], {
    PEBBLE_VA_NOSLEEP: '1',
    PEBBLE_WFE_NONCEREJECT: '20',
    PEBBLE_AUTHZREUSE: '0',
  })
  const directoryUrl = `https://localhost:${acme}/dir`
  const fetched = (url: string): Promise<string> =>
    new Promise((resolve, reject) => {
      get(url, { ca, agent: false }, (answer) => {
        let body = ''
        answer.on('data', (text: Buffer) => (body += text.toString()))
        answer.on('end', () => resolve(body))
      }).on('error', reject)
    })
  await until('pebble answers', async () => (await fetched(directoryUrl)).includes('newOrder'))
  await until('the DNS of pebble answers', async () => (await fetch(`http://127.0.0.1:${dnsManagement}/`)).status > 0)
  return {
    directoryUrl,
    caFile: file('pebble-ca.pem'),
    /** The authority that signs, made anew at every start. */
    root: () => fetched(`https://localhost:${management}/roots/0`),
    dnsManagement,
    async close() {
      for (const child of children) child.kill('SIGTERM')
      await until('pebble has ended', () =>
        children.every((child) => child.exitCode !== null || child.signalCode !== null),
      )
    },
  }
}
export type PebbleRig = Awaited<ReturnType<typeof pebbleRig>>
