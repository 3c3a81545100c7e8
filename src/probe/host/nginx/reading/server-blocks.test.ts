import { expect, test } from 'vitest'
import { parseConfig } from './directives.ts'
import { serverBlocks } from './server-blocks.ts'

const blocksOf = (text: string) => serverBlocks(parseConfig(text).directives)

test('a site file shows its names, addresses and certificates', () => {
  const [plain, safe] = blocksOf(`
    upstream a { server 127.0.0.1:1; }
    server { server_name a.com; server_name www.a.com a.com; return 301 https://$host$request_uri; }
    server { listen 443 ssl; listen [::]:443 ssl; server_name a.com; ssl_certificate a.pem; ssl_certificate_key a.key; }`)
  expect(plain).toMatchObject({ serverNames: ['a.com', 'www.a.com'], ssl: false })
  expect(plain?.listens.map(({ port }) => port)).toEqual([80])
  expect(safe).toMatchObject({ ssl: true, certificates: [{ value: 'a.pem', own: true }] })
})

test('a certificate of http is inherited unless a server names its own', () => {
  const [first, second] = blocksOf(`http { ssl_certificate all.pem;
    server { listen 443 ssl; } server { listen 443 ssl; ssl_certificate own.pem; } }`)
  expect(first?.certificates).toEqual([{ value: 'all.pem', own: false }])
  expect(second?.certificates).toEqual([{ value: 'own.pem', own: true }])
})

test('servers of upstream, stream and mail are no sites', () => {
  expect(blocksOf('stream { server { listen 1; } } mail { server { listen 2; } } upstream x { server y; }')).toEqual([])
})
