import { expect, test } from 'vitest'
import { parseConfig } from '../reading/directives.ts'
import { serverBlocks } from '../reading/server-blocks.ts'
import { installEdits } from './install-edits.ts'
import { withEdits } from './text-edits.ts'

const paths = { certificate: '/c.pem', key: '/k.pem' }
const installed = (text: string): string => {
  const [block] = serverBlocks(parseConfig(text).directives)
  return withEdits(text, installEdits(block!, paths, { http: 80, https: 443 }))
}

test.each([
  [
    'replaces what is there',
    'server { listen 443 ssl; ssl_certificate a; ssl_certificate_key b; }',
    'server { listen 443 ssl; ssl_certificate /c.pem; ssl_certificate_key /k.pem; }',
  ],
  [
    'takes a second pair away',
    'server { listen 443 ssl; ssl_certificate a; ssl_certificate_key b; ssl_certificate c; ssl_certificate_key d; }',
    'server { listen 443 ssl; ssl_certificate /c.pem; ssl_certificate_key /k.pem;   }',
  ],
  [
    'adds it where it was inherited',
    'server { listen 443 ssl; }',
    'server {\n    ssl_certificate /c.pem;\n    ssl_certificate_key /k.pem; listen 443 ssl; }',
  ],
  [
    'makes a plain block speak TLS on all its addresses',
    'server { listen 80; listen [::]:80; }',
    'server {\n    listen 443 ssl;\n    listen [::]:443 ssl;\n    ssl_certificate /c.pem;\n    ssl_certificate_key /k.pem; listen 80; listen [::]:80; }',
  ],
  [
    'keeps the silent port 80',
    'server { root /x; }',
    'server {\n    listen 80;\n    listen 443 ssl;\n    ssl_certificate /c.pem;\n    ssl_certificate_key /k.pem; root /x; }',
  ],
])('%s', (_, before, after) => {
  expect(installed(before)).toBe(after)
  expect(installed(after)).toBe(after)
})
