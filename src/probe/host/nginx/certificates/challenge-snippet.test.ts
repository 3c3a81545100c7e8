import { describe, expect, test } from 'vitest'
import { parseConfig } from '../reading/directives.ts'
import { serverBlocks } from '../reading/server-blocks.ts'
import { blocksAnswering, challengeSnippet, hasSnippet, withoutSnippets } from './challenge-snippet.ts'
import { withEdits } from './text-edits.ts'

const chosen = (text: string) =>
  blocksAnswering(serverBlocks(parseConfig(text).directives), 'a.test', 80).map(({ serverNames }) => serverNames[0])

describe('the blocks that answer a challenge', () => {
  test.each([
    ['the ones of that name', 'server { server_name a.test; } server { server_name b.test; }', ['a.test']],
    ['a wildcard', 'server { server_name *.test; } server { listen 80 default_server; server_name x; }', ['*.test']],
    ['the default one', 'server { server_name b; } server { listen 80 default_server; server_name c; }', ['c']],
    ['the first one', 'server { server_name b; } server { server_name c; }', ['b']],
    [
      'none where only TLS is',
      'server { listen 443 ssl; server_name a.test; } server { listen 80 ssl; server_name a.test; }',
      [],
    ],
    ['none on another port', 'server { listen 8080; server_name a.test; }', []],
  ])('%s', (_, text, expected) => {
    expect(chosen(text)).toEqual(expected)
  })
})

test('what is put in comes out again to the byte, also twice', () => {
  const text = 'server {\r\n  listen 80; }\nserver {return 301 https://$host; }'
  const blocks = serverBlocks(parseConfig(text).directives)
  const snippet = challengeSnippet([{ token: 'tok_1', keyAuthorization: 'tok_1.sum-2' }])
  const edited = withEdits(
    text,
    blocks.map(({ directive }) => ({ start: directive.bodyStart!, end: directive.bodyStart!, text: snippet })),
  )
  expect(hasSnippet(edited)).toBe(true)
  const [, second] = serverBlocks(parseConfig(edited).directives)
  expect(second?.directive.block?.map(({ name }) => name)).toEqual(['if', 'return'])
  expect(withoutSnippets(edited)).toBe(text)
})

test('a hostile authority cannot write configuration', () => {
  expect(() => challengeSnippet([{ token: 'x"){}', keyAuthorization: 'y' }])).toThrow(TypeError)
  expect(() => challengeSnippet([{ token: 'x', keyAuthorization: 'y"; } evil' }])).toThrow(TypeError)
})
