import { expect, test } from 'vitest'
import { findEngineSocket } from './engine-socket.ts'

const podman = '/run/podman/podman.sock'
test.each([
  ['the configured one before all', '/c.sock', { DOCKER_HOST: 'unix:///d.sock' }, [], '/c.sock'],
  ['what DOCKER_HOST names', null, { DOCKER_HOST: 'unix:///d.sock' }, [podman], '/d.sock'],
  ['the one of Podman where there is no Docker', null, {}, [podman], podman],
  [
    'the one of a user',
    null,
    { XDG_RUNTIME_DIR: '/run/user/7' },
    ['/run/user/7/docker.sock'],
    '/run/user/7/docker.sock',
  ],
  ['the one of Docker when there is none, to be named', null, {}, [], '/var/run/docker.sock'],
])('%s', (_name, configured, env, there: string[], socketPath) => {
  expect(findEngineSocket(configured, env, (path) => there.includes(path))).toEqual({ ok: true, socketPath })
})

test('an engine over the network is not used, and that is said', () => {
  expect(findEngineSocket(null, { DOCKER_HOST: 'tcp://10.0.0.1:2375' })).toEqual({
    ok: false,
    why: expect.stringContaining('tcp://10.0.0.1:2375'),
  })
})
