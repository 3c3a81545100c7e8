import { expect, test } from 'vitest'
import { changeOf, consequencesOf, draftOf, numberOf, type Site } from './site-draft.ts'

const site: Site = {
  site_title: 'Cortex',
  site_description: '',
  max_servers: 100,
  data_retention_days: 30,
  monitor_interval_s: 10,
  allow_registration: false,
  public_view: false,
}

test('only what differs is sent', () => {
  expect(changeOf(site, draftOf(site))).toEqual({})
  expect(changeOf(site, { ...draftOf(site), site_title: ' Shop ', max_servers: '7' })).toEqual({
    site_title: 'Shop',
    max_servers: 7,
  })
})

test.each(['', ' ', '0', '-3', '1.5', 'many', '4000'])('%j days are none to keep history for', (text) => {
  expect(numberOf('data_retention_days', text)).toBeNull()
  expect(changeOf(site, { ...draftOf(site), data_retention_days: text })).toBeNull()
})

test('what was not touched holds nothing up, even where a config has put what a form would refuse', () => {
  const odd = { ...site, monitor_interval_s: 0.3 }
  expect(changeOf(odd, { ...draftOf(odd), max_servers: '7' })).toEqual({ max_servers: 7 })
})

test('an interval may be a fraction, a title may not be empty', () => {
  expect(changeOf(site, { ...draftOf(site), monitor_interval_s: '2.5' })).toEqual({ monitor_interval_s: 2.5 })
  expect(changeOf(site, { ...draftOf(site), site_title: '  ' })).toBeNull()
})

test('what deletes, or opens to strangers, is asked about; closing is not', () => {
  expect(consequencesOf(site, { data_retention_days: 7, public_view: true, allow_registration: true })).toEqual([
    'willDelete',
    'willShow',
    'willRegister',
  ])
  const open = { ...site, public_view: true, allow_registration: true }
  expect(consequencesOf(open, { data_retention_days: 60, public_view: false, allow_registration: false })).toEqual([])
})
