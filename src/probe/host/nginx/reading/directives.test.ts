import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allNamed, parseConfig } from './directives.ts'

const outline = (text: string): unknown[] =>
  parseConfig(text).directives.map(function show(directive): unknown[] {
    const line = [directive.name, ...directive.args]
    return directive.block ? [...line, directive.block.map(show)] : line
  })

describe('the outline of a configuration', () => {
  const cases: [what: string, text: string, expected: unknown[]][] = [
    [
      'simple directives',
      'user www-data;\npid /run/x.pid;',
      [
        ['user', 'www-data'],
        ['pid', '/run/x.pid'],
      ],
    ],
    ['nested blocks', 'http { server { listen 80; } }', [['http', [['server', [['listen', '80']]]]]]],
    ['comments between words', 'a b # c; d {\n e;', [['a', 'b', 'e']]],
    ['a # inside a word', 'rewrite ^/a#b$ /c;', [['rewrite', '^/a#b$', '/c']]],
    ['quotes hold signs', `log "a; {b} 'c' \\" #";`, [['log', `a; {b} 'c' " #`]]],
    ['empty quotes', `add_header X "";`, [['add_header', 'X', '']]],
    ['a variable in braces', 'return 301 https://${host}/x;', [['return', '301', 'https://${host}/x']]],
    ['an escaped sign', 'location ~ \\.php$ { deny all; }', [['location', '~', '\\.php$', [['deny', 'all']]]]],
    ['a } inside a word', 'x a}b;', [['x', 'a}b']]],
    [
      'a Lua block with braces in strings and comments',
      'location / { content_by_lua_block { local t = { "}" } -- }\n ngx.say([==[ } ]==]) } } x;',
      [['location', '/', [['content_by_lua_block', []]]], ['x']],
    ],
    ['a Lua block with a variable', 'set_by_lua_block $a { return "}" }\nb;', [['set_by_lua_block', '$a', []], ['b']]],
  ]
  test.each(cases)('%s', (_, text, expected) => {
    expect(outline(text)).toEqual(expected)
    expect(parseConfig(text).problem).toBeNull()
  })

  test('places lead back to the text', () => {
    const text = '# x\nhttp {\n  server { listen 80; }\n}\n'
    const [server] = allNamed(parseConfig(text).directives, 'server')
    expect(server?.line).toBe(3)
    expect(text.slice(server?.start, server?.end)).toBe('server { listen 80; }')
    expect(text.slice(server?.bodyStart ?? 0).startsWith(' listen 80;')).toBe(true)
  })

  test.each([
    ['server {', 1],
    ['a;\n}\n', 2],
    ['a;\n;\n', 2],
    ['word', 1],
    ['{ a; } b;', 1],
  ])('a broken text %j is read as far as it goes, and its line named', (text, line) => {
    expect(parseConfig(text).problem?.line).toBe(line)
  })

  test('no text makes it throw or hang', () => {
    const part = fc.constantFrom(
      '{',
      '}',
      ';',
      '"',
      "'",
      '\\',
      '#',
      '\n',
      ' ',
      '$',
      '${',
      'a',
      'x_by_lua_block',
      '[[',
      '--',
    )
    fc.assert(fc.property(fc.array(part, { maxLength: 60 }), (parts) => void parseConfig(parts.join(''))))
  })

  test('very deep nesting is cut, not followed', () => {
    expect(parseConfig('a {'.repeat(100_000)).problem).not.toBeNull()
  })
})
