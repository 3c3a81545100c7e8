import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { changedJoinedConfig, newJoinedConfig } from './joined-config.ts'

const node = { id: 'web-1', name: '1号机: "web"', isMonitor: false, parentUrl: 'http://10.0.0.1:3333' }

test('a new file makes this host a leaf of its parent', () => {
  expect(parse(newJoinedConfig(node))).toEqual({
    node: { id: 'web-1', name: '1号机: "web"' },
    data_dir: '.',
    monitor: { enabled: false },
    upstream: { urls: ['http://10.0.0.1:3333'] },
  })
})

test('joining the same parent again changes nothing, not even a comment', () => {
  const text = `# mine\n${newJoinedConfig(node)}`
  expect(changedJoinedConfig(text, node)).toBe(text)
})

test('what is allowed from afar is written when it was said, and stays when it was not', () => {
  const allowing = { ...node, capabilities: ['terminal', 'files:/srv'] }
  const text = newJoinedConfig(allowing)
  expect(parse(text)).toMatchObject({ capabilities: ['terminal', 'files:/srv'] })
  expect(changedJoinedConfig(text, node)).toBe(text)
  expect(parse(changedJoinedConfig(text, { ...node, capabilities: [] }))).toMatchObject({ capabilities: [] })
})

test('joining another parent changes the address and keeps what a person wrote', () => {
  const text = `${newJoinedConfig(node)}# services of this host\nprobe:\n  services: [{ name: nginx, unit: nginx }] # keep\n`
  const changed = changedJoinedConfig(text, { ...node, parentUrl: 'https://m2.example.com' })
  expect(parse(changed)).toMatchObject({
    upstream: { urls: ['https://m2.example.com'] },
    probe: { services: [{ name: 'nginx', unit: 'nginx' }] },
    node: { id: 'web-1' },
  })
  expect(changed).toContain('# services of this host')
  expect(changed).toContain('# keep')
})

test('a new name is taken over', () => {
  expect(parse(changedJoinedConfig(newJoinedConfig(node), { ...node, id: 'web-2' }))).toMatchObject({
    node: { id: 'web-2' },
  })
})
