import { expect, test } from 'vitest'
import { parseBuildFacts } from './build-facts.ts'

test('the build of Debian tells its paths', () => {
  const output = `nginx version: nginx/1.22.1
configure arguments: --with-cc-opt='-g --prefix-map=. -D' --prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf --error-log-path=stderr --pid-path=/run/nginx.pid`
  expect(parseBuildFacts(output)).toEqual({
    version: '1.22.1',
    prefix: '/usr/share/nginx',
    configPath: '/etc/nginx/nginx.conf',
    pidPath: '/run/nginx.pid',
    errorLogPath: 'stderr',
  })
})

test('a build that tells nothing has the defaults, one of another name its version', () => {
  expect(parseBuildFacts('nginx version: openresty/1.27.1.2')).toEqual({
    version: '1.27.1.2',
    prefix: '/usr/local/nginx',
    configPath: 'conf/nginx.conf',
    pidPath: 'logs/nginx.pid',
    errorLogPath: 'logs/error.log',
  })
})
