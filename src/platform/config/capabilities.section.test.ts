import { expect, test } from 'vitest'
import { CapabilitiesSection, parseGrant } from './capabilities.section.ts'

test.each([
  ['terminal', { name: 'terminal' }],
  ['files:/srv', { name: 'files', root: { path: '/srv', writable: true } }],
  ['files:/srv/:ro', { name: 'files', root: { path: '/srv', writable: false } }],
  ['files:/srv/../etc', { name: 'files', root: { path: '/etc', writable: true } }],
  ['files:/', { name: 'files', root: { path: '/', writable: true } }],
  ['files', null],
  ['files:srv', null],
  ['root', null],
  ['', null],
])('%j grants %j', (text, grant) => expect(parseGrant(text)).toEqual(grant))

test('nothing is granted by default, and a wrong grant is a mistake', () => {
  expect(CapabilitiesSection.parse(undefined)).toEqual([])
  expect(CapabilitiesSection.safeParse(['sudo']).success).toBe(false)
})
