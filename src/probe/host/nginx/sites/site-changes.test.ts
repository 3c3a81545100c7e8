import { describe, expect, test } from 'vitest'
import { type Change, fileOf } from '../changing/file-state.ts'
import { etagOf } from '../etag.ts'
import { creation, deletion, disabling, enabling, type Site, update } from './site-changes.ts'

const debian = { kind: 'sites', ending: '' } as const
const confD = { kind: 'conf.d', ending: '.conf' } as const
const shown = (change: Change) =>
  [...change].map(([name, state]) => `${name}: ${state.kind === 'link' ? state.target : state.kind}`)
const site = (over: Partial<Site> = {}): Site => ({
  name: 'shop',
  file: 'sites-available/shop',
  content: fileOf('server {}'),
  entries: ['sites-enabled/shop'],
  enabled: true,
  ...over,
})
const inConfD = site({ file: 'conf.d/shop.conf', entries: ['conf.d/shop.conf'] })
const disabledInConfD = site({ file: 'conf.d/shop.conf.disabled', entries: [], enabled: false })

describe('what a site needs on the disk', () => {
  test.each([
    [
      'create, Debian',
      creation(debian, 'a', 'x', true),
      ['sites-available/a: file', 'sites-enabled/a: ../sites-available/a'],
    ],
    ['create disabled, Debian', creation(debian, 'a', 'x', false), ['sites-available/a: file']],
    ['create, conf.d', creation(confD, 'a', 'x', true), ['conf.d/a.conf: file']],
    ['create disabled, conf.d', creation(confD, 'a', 'x', false), ['conf.d/a.conf.disabled: file']],
    ['delete takes the link first', deletion(site()), ['sites-enabled/shop: absent', 'sites-available/shop: absent']],
    ['delete, conf.d', deletion(inConfD), ['conf.d/shop.conf: absent']],
    ['enable what is enabled', enabling(site(), debian), []],
    [
      'enable, Debian',
      enabling(site({ entries: [], enabled: false }), debian),
      ['sites-enabled/shop: ../sites-available/shop'],
    ],
    [
      'enable, conf.d',
      enabling(disabledInConfD, confD),
      ['conf.d/shop.conf: file', 'conf.d/shop.conf.disabled: absent'],
    ],
    [
      'disable a link of another name',
      disabling(site({ entries: ['sites-enabled/00-shop'] }), []),
      ['sites-enabled/00-shop: absent'],
    ],
    ['disable what is disabled', disabling(site({ entries: [], enabled: false }), []), []],
    ['disable, conf.d', disabling(inConfD, []), ['conf.d/shop.conf.disabled: file', 'conf.d/shop.conf: absent']],
    [
      'disable a file that lies among the enabled',
      disabling(site({ file: 'sites-enabled/shop' }), []),
      ['sites-available/shop: file', 'sites-enabled/shop: absent'],
    ],
  ])('%s', (_, change, expected) => {
    expect(shown(change)).toEqual(expected)
  })
})

test('an update of what has changed meanwhile is refused', () => {
  expect(() => update(site(), 'new', '0'.repeat(64))).toThrow(expect.objectContaining({ code: 'CONFLICT' }))
  expect(shown(update(site(), 'new', etagOf('server {}')))).toEqual(['sites-available/shop: file'])
})

test('a site that is a link out of the folder is not written', () => {
  expect(() => update(site({ content: null }), 'new', undefined)).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN' }),
  )
})
