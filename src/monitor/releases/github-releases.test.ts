import { expect, test } from 'vitest'
import { readGithubReleases } from './github-releases.ts'
import { latestOf, packageOf, platformOf, signatureOf } from './release.ts'

const asset = (name: string, digest?: string) => ({
  name,
  browser_download_url: `https://example.com/${name}`,
  size: 5,
  ...(digest === undefined ? {} : { digest }),
})
const release = (tag_name: string, more: object = {}) => ({
  tag_name,
  published_at: '2024-01-01T00:00:00Z',
  assets: [],
  ...more,
})

test('one release and a list are read; drafts and tags that are no versions are left out', () => {
  expect(readGithubReleases(release('v1.2.3'))).toMatchObject([
    { version: '1.2.3', releasedAt: '2024-01-01T00:00:00.000Z' },
  ])
  const list = [release('v1.0.0'), release('nightly'), release('2.0.0', { draft: true }), release('1.1.0')]
  expect(readGithubReleases(list).map(({ version }) => version)).toEqual(['1.0.0', '1.1.0'])
  expect(() => readGithubReleases({ message: 'rate limited' })).toThrow()
  expect(() =>
    readGithubReleases(release('1.0.0', { assets: [{ ...asset('x'), browser_download_url: 'file:///etc/passwd' }] })),
  ).toThrow()
})

test('the newest of a channel is found by version, not by order', () => {
  const all = readGithubReleases([
    release('1.2.0'),
    release('1.10.0'),
    release('2.0.0-beta.1'),
    release('1.11.0', { prerelease: true }),
  ])
  expect(latestOf(all, 'stable')?.version).toBe('1.10.0')
  expect(latestOf(all, 'beta')?.version).toBe('2.0.0-beta.1')
  expect(latestOf([], 'beta')).toBeNull()
})

test('the package of a release is the one of its own version, with checksum and signature beside it', () => {
  const digest = `sha256:${'a'.repeat(64)}`
  const assets = [asset('cortex-1.0.0.tgz', digest), asset('cortex-1.0.0.tgz.sig'), asset('cortex-0.9.0.tgz')]
  const [found] = readGithubReleases(release('1.0.0', { assets }))
  expect(found && packageOf(found)).toMatchObject({ name: 'cortex-1.0.0.tgz', sha256: 'a'.repeat(64) })
  expect(found && signatureOf(found, 'cortex-1.0.0.tgz')).toMatchObject({ name: 'cortex-1.0.0.tgz.sig' })
})

test.each([
  ['better-monitor-agent-linux-amd64.tar.gz', 'linux', 'amd64'],
  ['cortex_linux_x64.zip', 'linux', 'amd64'],
  ['cortex-linux-aarch64.tgz', 'linux', 'arm64'],
  ['cortex-1.0.0.tgz', 'any', 'any'],
])('%s is for %s and %s', (name, os, arch) => {
  expect(platformOf(name)).toEqual({ os, arch })
})
