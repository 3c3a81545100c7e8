import { expect, test } from 'vitest'
import { certifiedDomains } from './certified-domains.ts'

const site = (name: string, server_names: string[], ssl: boolean) => ({
  name,
  enabled: true,
  server_names,
  listen: ['80'],
  ssl,
  path: `/etc/nginx/sites-available/${name}`,
})

test('full host names are listed once, those over TLS first', () => {
  expect(
    certifiedDomains([
      site('plain', ['b.example', 'A.example'], false),
      site('tls', ['a.example', '*.c.example'], true),
      site('odd', ['_', 'localhost', '~^www\\d+\\.example$', ''], true),
    ]),
  ).toEqual([
    { domain: 'a.example', site: 'tls', ssl: true },
    { domain: '*.c.example', site: 'tls', ssl: true },
    { domain: 'b.example', site: 'plain', ssl: false },
  ])
})
