import { expect, test } from 'vitest'
import { asUser, defaultShell, findUser, listedShells, loginEnvironment } from './login.ts'

const passwd = `root:x:0:0:root:/root:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
ann:x:1000:1001:Ann,,,:/home/ann:
`
const ann = { username: 'ann', uid: 1000, gid: 1001, home: '/home/ann', shell: '/bin/sh' }

test('a user is found by name and by uid; an empty shell is /bin/sh', () => {
  expect(findUser(passwd, 'ann')).toEqual(ann)
  expect(findUser(passwd, 1000)).toEqual(ann)
  expect(findUser(passwd, 'an')).toBeNull()
  expect(findUser(passwd, 5)).toBeNull()
})

test('comments and anything but an absolute path are no shells', () => {
  expect(listedShells('# list\n/bin/sh\n  /bin/bash # bash\nzsh\n\n')).toEqual(['/bin/sh', '/bin/bash'])
})

test.each([
  ['the own shell when it is listed', '/bin/zsh', ['/bin/sh', '/bin/zsh'], '/bin/zsh'],
  ['bash for an account that is locked', '/usr/sbin/nologin', ['/bin/sh', '/bin/bash'], '/bin/bash'],
  ['what there is', '/usr/sbin/nologin', ['/opt/sh'], '/opt/sh'],
  ['none when the host lists none', '/bin/sh', [], null],
])('the default is %s', (_name, shell, shells, expected) => {
  expect(defaultShell({ ...ann, shell }, shells)).toBe(expected)
})

test('nothing of the environment of the node is handed on but language and time zone', () => {
  const env = loginEnvironment(ann, '/bin/bash', {
    CORTEX_ADMIN_PASSWORD: 'x',
    DATABASE_URL: 'x',
    OPENAI_API_KEY: 'x',
    AWS_SECRET_ACCESS_KEY: 'x',
    NODE_OPTIONS: '--inspect',
    LD_PRELOAD: 'x',
    LC_ALL: 'zh_CN.UTF-8',
    TZ: 'Asia/Shanghai',
  })
  expect(Object.keys(env).sort()).toEqual(
    ['COLORTERM', 'HOME', 'LANG', 'LC_ALL', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'TZ', 'USER'].sort(),
  )
  expect(env).toMatchObject({ HOME: '/home/ann', USER: 'ann', SHELL: '/bin/bash', TERM: 'xterm-256color' })
})

test('another user than the node runs through setpriv with its own groups', () => {
  expect(asUser(ann, 1000, ['/bin/bash', '-l'])).toEqual(['/bin/bash', '-l'])
  expect(asUser(ann, 0, ['/bin/bash', '-l'])).toEqual([
    '/usr/bin/setpriv',
    '--reuid=1000',
    '--regid=1001',
    '--init-groups',
    '--',
    '/bin/bash',
    '-l',
  ])
})
