/** What of /etc/passwd a login needs. */
export interface HostUser {
  username: string
  uid: number
  gid: number
  home: string
  shell: string
}

/** The entry of one user, by name or by uid; null when there is none. */
export function findUser(passwd: string, who: string | number): HostUser | null {
  for (const line of passwd.split('\n')) {
    const [username, , uid, gid, , home, shell] = line.split(':')
    if (username === undefined || shell === undefined) continue
    if (typeof who === 'string' ? username !== who : Number(uid) !== who) continue
    return { username, uid: Number(uid), gid: Number(gid), home: home || '/', shell: shell || '/bin/sh' }
  }
  return null
}

/** The shells that /etc/shells allows. */
export function listedShells(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line.startsWith('/'))
}

/** The user's own shell when the host lists it (a locked account has nologin), else the best of what it lists. */
export function defaultShell(user: HostUser, shells: readonly string[]): string | null {
  const wanted = [user.shell, '/bin/bash', '/usr/bin/bash', '/bin/sh', '/usr/bin/sh']
  return wanted.find((shell) => shells.includes(shell)) ?? shells[0] ?? null
}

const PATH_OF_ROOT = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
const PATH_OF_OTHERS = '/usr/local/bin:/usr/bin:/bin'
/** What of the node's own environment a person's shell gets: how the host speaks and what time it is there. */
const PASSED_ON = /^(LANG|LANGUAGE|LC_[A-Z]+|TZ)$/

/** The environment of a login: made anew, so that nothing that the node was configured with can be in it. */
export function loginEnvironment(
  user: HostUser,
  shell: string,
  nodeEnv: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const passed = Object.entries(nodeEnv).filter(
    (entry): entry is [string, string] => PASSED_ON.test(entry[0]) && entry[1] !== undefined,
  )
  return {
    LANG: 'C.UTF-8',
    ...Object.fromEntries(passed),
    HOME: user.home,
    USER: user.username,
    LOGNAME: user.username,
    SHELL: shell,
    PATH: user.uid === 0 ? PATH_OF_ROOT : PATH_OF_OTHERS,
    TERM: 'xterm-256color',
    COLORTERM: 'truecolor',
  }
}

export const SETPRIV = '/usr/bin/setpriv'

/**
 * The command that runs `argv` as `user`: as it is when the node is that user, else through setpriv, which also sets the
 * groups, so that none of root's stay.
 */
export function asUser(user: HostUser, nodeUid: number, argv: readonly string[]): [string, ...string[]] {
  const [program = '', ...args] = argv
  if (user.uid === nodeUid) return [program, ...args]
  return [SETPRIV, `--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--', program, ...args]
}
