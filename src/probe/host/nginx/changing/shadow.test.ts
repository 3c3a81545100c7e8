import { expect, test } from 'vitest'
import { leadPaths } from './shadow.ts'

const led = (path: string): string =>
  path.startsWith('/etc/nginx/') ? `/shadow${path.slice('/etc/nginx'.length)}` : path

test.each([
  ['include /etc/nginx/conf.d/*.conf;', 'include "/shadow/conf.d/*.conf";'],
  [`include '/etc/nginx/a b';`, `include "/shadow/a b";`],
  ['include conf.d/*.conf; # /etc/nginx/x', 'include conf.d/*.conf; # /etc/nginx/x'],
  ['root /srv/www;', 'root /srv/www;'],
  ['return 200 "see /etc/nginx/x";', 'return 200 "see /etc/nginx/x";'],
  ['content_by_lua_block { io.open("/etc/nginx/x") } a;', 'content_by_lua_block { io.open("/etc/nginx/x") } a;'],
])('%j becomes %j', (text, expected) => {
  expect(leadPaths(text, led)).toBe(expected)
})
