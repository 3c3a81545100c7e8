import { describe, expect, test } from 'vitest'
import { AgentId } from '../../contract/common.ts'
import { agentIdFromHostname, withHostDefaults, type HostFacts } from './host-defaults.ts'
import { ConfigSchema } from './schema.ts'

const user: HostFacts = { hostname: 'web-1.example.com', isRoot: false, homeDir: '/home/ann', xdgDataHome: undefined }
const resolveWith = (written: object, host = user) => withHostDefaults(ConfigSchema.parse(written), host, '/etc/cortex')

describe('what depends on the host', () => {
  test.each([
    ['an ordinary user', user, '/home/ann/.local/share/cortex'],
    ['a user with XDG_DATA_HOME', { ...user, xdgDataHome: '/data' }, '/data/cortex'],
    ['root', { ...user, isRoot: true, xdgDataHome: '/data' }, '/var/lib/cortex'],
  ])('data_dir of %s', (_who, host, path) => expect(resolveWith({}, host).data_dir).toBe(path))

  test('the name is that of the host, but of a monitor of several processes its id', () => {
    expect(resolveWith({ node: { id: 'a' } }).node.name).toBe('web-1.example.com')
    expect(resolveWith({ node: { id: 'a' }, replicas: { enabled: true } }).node.name).toBe('a')
  })

  test.each([
    ['/srv/x', '/srv/x'],
    ['~/x', '/home/ann/x'],
    ['../x', '/etc/x'],
  ])('data_dir %s is %s', (written, path) => expect(resolveWith({ data_dir: written }).data_dir).toBe(path))

  test('a leaf listens on the loopback only, a monitor for its children', () => {
    expect(resolveWith({ monitor: { enabled: false } }).server.host).toBe('127.0.0.1')
    expect(resolveWith({}).server.host).toBe('0.0.0.0')
    expect(resolveWith({ server: { host: '10.0.0.1' } }).server.host).toBe('10.0.0.1')
  })

  test.each([
    ['web-1.example.com', 'web-1.example.com'],
    ['_my host_', 'my-host_'],
    ['主机', 'node'],
    ['', 'node'],
    ['x'.repeat(300), 'x'.repeat(128)],
  ])('host name %s gives a valid agent_id', (hostname, id) => {
    expect(agentIdFromHostname(hostname)).toBe(id)
    expect(AgentId.safeParse(id).success).toBe(true)
  })
})
