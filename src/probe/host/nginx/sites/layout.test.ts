import { describe, expect, test } from 'vitest'
import { parseConfig } from '../reading/directives.ts'
import { layoutOf, placesOf } from './layout.ts'

const relative = (path: string): string | null =>
  path.startsWith('/etc/nginx/') ? path.slice('/etc/nginx/'.length) : path.startsWith('/') ? null : path

describe('the layout that a main configuration reads', () => {
  test.each([
    ['http { include /etc/nginx/conf.d/*.conf; include /etc/nginx/sites-enabled/*; }', { kind: 'sites', ending: '' }],
    ['http { include sites-enabled/*.conf; }', { kind: 'sites', ending: '.conf' }],
    ['http { include /etc/nginx/conf.d/*.conf; }', { kind: 'conf.d', ending: '.conf' }],
    ['http { include /srv/sites-enabled/*; }', null],
    ['http { }', null],
  ] as const)('%s', (text, layout) => {
    expect(layoutOf(parseConfig(text).directives, relative)).toEqual(layout)
  })
})

test('the pieces of a site have their places', () => {
  expect(placesOf({ kind: 'sites', ending: '.conf' }, 'shop')).toEqual({
    file: 'sites-available/shop',
    disabledFile: 'sites-available/shop',
    entry: 'sites-enabled/shop.conf',
  })
  expect(placesOf({ kind: 'conf.d', ending: '.conf' }, 'a.com').disabledFile).toBe('conf.d/a.com.conf.disabled')
})
