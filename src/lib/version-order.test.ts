import { expect, test } from 'vitest'
import { compareVersions, versionPattern } from './version-order.ts'

test('versions rise as semver says, a pre-release before its release', () => {
  const rising = ['0.9.9', '1.0.0-alpha', '1.0.0-alpha.1', '1.0.0-alpha.beta', '1.0.0-beta.2', '1.0.0-beta.11', '1.0.0', '1.0.1', '1.2.0', '1.10.0', '2.0.0'] // prettier-ignore
  for (const [at, older] of rising.entries()) {
    expect(compareVersions(older, older)).toBe(0)
    for (const newer of rising.slice(at + 1)) {
      expect([older, newer, compareVersions(older, newer) < 0, compareVersions(newer, older) > 0]).toEqual([
        older,
        newer,
        true,
        true,
      ])
    }
  }
})

test.each(['1.0', 'v1.0.0', '1.0.0+build', '../1.0.0', '1.0.0-', '01.0.0', '1.0.0-a/b', ''])(
  '%j is no version',
  (text) => {
    expect(versionPattern.test(text)).toBe(false)
  },
)
