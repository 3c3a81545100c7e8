import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, chmodSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sessionMembers } from '../../../src/probe/host/terminal/session-processes.ts'
import { until } from '../../link/tree.ts'
import { type Terminals, newSessionId, startTerminals } from './rig.ts'

let folder: string
beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'cortex-terminal-')))
  chmodSync(folder, 0o777)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let rig: Terminals
afterEach(() => rig.close())

describe('a terminal three hops below', () => {
  beforeEach(async () => void (rig = await startTerminals()))

  test('keystrokes arrive in order and every byte comes back as it is, also characters cut in half', async () => {
    const { screen } = await rig.shell()
    for (const byte of Buffer.from('echo 你好，世界 | rev\r')) await screen.type(Uint8Array.of(byte))
    await screen.sees('界世，好你\r\n')
    await screen.type("stty raw -echo; echo g''o; head -c 256 | od -An -v -tu1 -w256\r")
    await screen.sees('go')
    await screen.type(Uint8Array.from({ length: 256 }, (_, n) => n))
    await screen.sees(new RegExp(Array.from({ length: 256 }, (_, n) => n).join(' +')))
  })

  test('it is a real terminal of the size it is given, and a resize stands between the keystrokes it was made between', async () => {
    const { screen } = await rig.shell({ cols: 100, rows: 30 })
    await screen.type('tty; stty size\r')
    await screen.sees(/\/dev\/pts\/\d+\r\n30 100\r\n/)
    void screen.resize(77, 33)
    void screen.type('stty size\r')
    await screen.sees('33 77\r\n')
  })

  test('as another user it has none of the groups of root and cannot get them', async () => {
    expect(process.getuid?.(), 'only root runs a shell as somebody else: run these tests as root').toBe(0)
    const { screen } = await rig.shell()
    await screen.type(
      'echo "$(id -un):$(id -G):$(grep CapEff /proc/self/status | tr -d "[:space:]")"; cat /etc/shadow\r',
    )
    await screen.sees('nobody:65534:CapEff:0000000000000000')
    await screen.sees(/shadow: Permission denied/)
  })

  test('nothing of what the node was configured with is in the environment of the shell', async () => {
    const secrets = {
      CORTEX_ADMIN_PASSWORD: 'hush-1',
      DATABASE_URL: 'hush-2',
      OPENAI_API_KEY: 'hush-3',
      MY_KEY: 'hush-4',
    }
    Object.assign(process.env, secrets)
    try {
      const { screen } = await rig.shell()
      await screen.type('env; env | grep -c hush; echo d""one\r')
      await screen.sees('done')
      expect(screen.text()).toMatch(/TERM=xterm-256color/)
      expect(screen.text()).toMatch(/\r\n0\r\n/)
      expect(screen.text()).not.toMatch(/hush-/)
    } finally {
      for (const name of Object.keys(secrets)) delete process.env[name]
    }
  })

  test.each([
    ['exit 7', { code: 7, signal: null }],
    ['kill -9 $$', { code: null, signal: 9 }],
  ])('%s: the exit code comes after the last byte, and the session is gone', async (command, exit) => {
    const { id, screen } = await rig.shell()
    await screen.type(`seq 1 5000; ${command}\r`)
    await screen.reading
    expect(screen.text()).toContain('4999\r\n5000\r\n')
    expect(screen.notes.at(-1)).toEqual({ type: 'exit', ...exit })
    await until(() => rig.sessions.list().length === 0, 'the session is gone')
    await expect(rig.call('terminal.get', { session_id: id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('one at a time is attached; a second is refused unless it takes over, and the first is told', async () => {
    const { id, screen } = await rig.shell()
    await expect(rig.attach(id)).rejects.toMatchObject({ code: 'CONFLICT', status: 409 })
    const second = await rig.attach(id, { take_over: true })
    await screen.reading
    expect(screen.notes.at(-1)).toEqual({ type: 'detached', reason: 'taken_over' })
    await second.type('echo st""ill\r')
    await second.sees('still')
  })

  test('a lost link leaves the session alive; who comes back sees what was on the screen and what came since', async () => {
    const { id, screen } = await rig.shell()
    await screen.type('echo be""fore; sleep 0.3; echo af""ter; export KEPT=yes\r')
    await screen.sees('before')
    rig.chain.region.sockets[0]?.destroy()
    await screen.reading
    expect(screen.error()).toMatchObject({ reason: 'LINK_LOST' })
    await until(() => rig.chain.region.links.isConnected('zone'), 'the link is back')
    const back = await rig.attach(id)
    expect(back.notes[0]).toMatchObject({ type: 'scrollback', truncated: false })
    await back.sees(/before[^]*after/)
    await back.type('echo kept=$KEPT\r')
    await back.sees('kept=yes')
  })

  test('what ended while nobody was there waits with its output and its exit code', async () => {
    const { id, screen } = await rig.shell()
    await screen.type('sleep 0.2; echo fin""ished; exit 5\r')
    await screen.stream.end()
    await until(() => rig.sessions.list()[0]?.state === 'exited', 'the shell has ended')
    const back = await rig.attach(id)
    await back.reading
    expect(back.text()).toContain('finished')
    expect(back.notes.at(-1)).toEqual({ type: 'exit', code: 5, signal: null })
    await until(() => rig.sessions.list().length === 0, 'nobody needs it any more')
  })

  test('deleting ends everything in the terminal, also what was put into the background and ignores a hang-up', async () => {
    const { id, pid, screen } = await rig.shell()
    await screen.type("sleep 1000 & nohup sleep 1001 >/dev/null & (trap '' HUP; sleep 1002)\r")
    await until(() => sessionMembers(pid).length >= 4, 'all of them run')
    await rig.call('terminal.delete', { session_id: id })
    await until(() => sessionMembers(pid).length === 0, 'none is left')
    await screen.reading
    expect(screen.notes).toContainEqual({ type: 'detached', reason: 'deleted' })
    await expect(rig.call('terminal.delete', { session_id: id })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('the end of the node ends every terminal within its time', async () => {
    const shells = await Promise.all([rig.shell(), rig.shell()])
    for (const { screen } of shells) await screen.type("trap '' HUP TERM; sleep 1000\r")
    await until(() => shells.every(({ pid }) => sessionMembers(pid).length === 2), 'they run')
    const startedAt = performance.now()
    await rig.sessions.stop()
    expect(performance.now() - startedAt).toBeLessThan(3000)
    await until(() => shells.every(({ pid }) => sessionMembers(pid).length === 0), 'none is left')
    await expect(rig.create()).rejects.toMatchObject({ status: 503 })
  })

  test('the working folder is that of the program in the foreground', async () => {
    const { id, screen } = await rig.shell({ working_dir: folder })
    const where = () => rig.call('terminal.working_dir', { session_id: id })
    expect(await where()).toEqual({ session_id: id, working_dir: folder, foreground: null })
    await screen.type('cd /usr; echo mo""ved\r')
    await screen.sees('moved')
    expect(await where()).toMatchObject({ working_dir: '/usr' })
    await screen.type('(cd /var && echo ins""ide && exec sleep 1000)\r')
    await screen.sees('inside')
    await until(() => rig.sessions.workingFolder(id) === '/var', 'the program in the foreground is seen')
  })

  test('vim, less and top work: they draw, take keys, and give the screen back', async () => {
    const missing = ['/usr/bin/vim', '/usr/bin/less', '/usr/bin/top'].filter((program) => !existsSync(program))
    expect(missing, 'install the Debian packages vim, less and procps').toEqual([])
    const { screen } = await rig.shell({ working_dir: folder })
    const file = join(folder, 'note.txt')
    await screen.type(`vim -u NONE -i NONE -n ${file}\r`)
    await screen.sees('note.txt"')
    await screen.type('i第一行 – one\rtwo\x1b:wq\r')
    await until(() => existsSync(file) && readFileSync(file, 'utf8') === '第一行 – one\ntwo\n', 'vim wrote the file')
    await screen.type('seq 1 1000 | less\r')
    await screen.sees(/\r\n22\r\n|22/)
    await screen.type('Gq')
    await screen.sees('1000')
    await screen.type('top\r')
    await screen.sees('load average')
    await screen.type('q')
    await screen.sees(/load average[^]*%$/)
    await screen.type('echo ba""ck\r')
    await screen.sees('back')
  })

  test('a command without a terminal runs where the session is, and gives both outputs and its exit code', async () => {
    const { id, screen } = await rig.shell({ working_dir: folder })
    await screen.type('cd /usr; echo mo""ved\r')
    await screen.sees('moved')
    const command = 'pwd; echo 错误 >&2; echo $0; exit 4'
    expect(await rig.call('terminal.command', { command, session_id: id })).toMatchObject({
      output: expect.stringMatching(/^\/usr\n错误\n/),
      exit_code: 4,
      timed_out: false,
    })
    expect(await rig.call('terminal.command', { command: 'sleep 1000', timeout_ms: 200 })).toMatchObject({
      timed_out: true,
      exit_code: null,
    })
  })

  test.each([
    ['a program that is no login shell', { shell: '/usr/bin/id' }, { code: 'INVALID_REQUEST', status: 400 }],
    ['a path out of the list of shells', { shell: '/bin/../bin/bash' }, { code: 'INVALID_REQUEST' }],
    ['a folder that is not there', { working_dir: '/nothing/here' }, { code: 'NOT_FOUND' }],
    ['a file as a folder', { working_dir: '/etc/passwd' }, { code: 'INVALID_REQUEST' }],
    ['a folder that is no absolute path', { working_dir: '../etc' }, { code: 'INVALID_REQUEST' }],
    ['a screen without columns', { cols: 0 }, { code: 'INVALID_REQUEST' }],
    ['an id that can be guessed', { session_id: 'short' }, { code: 'INVALID_REQUEST' }],
  ])('%s is refused', async (_name, params, error) => {
    await expect(rig.create(params)).rejects.toMatchObject(error)
    expect(rig.sessions.list()).toEqual([])
  })

  test('who has opened what stands in the log of the host, but not the id that would let anybody use it', async () => {
    const { id, screen } = await rig.shell()
    await screen.stream.end()
    await rig.call('terminal.delete', { session_id: id })
    const entries = rig.audit.after(0, 100)
    expect(entries.map(({ actor, action }) => [actor, action])).toEqual([
      ['ann@root', 'terminal.create'],
      ['ann@root', 'terminal.attach'],
      ['ann@root', 'terminal.delete'],
    ])
    expect(JSON.stringify(entries)).not.toContain(id)
  })
})

test('a node that does not allow terminals opens none, and the refusal names the capability', async () => {
  rig = await startTerminals({}, ['docker'])
  await expect(rig.create()).rejects.toMatchObject({ code: 'FORBIDDEN', details: { capability: 'terminal' } })
  await expect(rig.call('terminal.command', { command: 'id' })).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(rig.attach(newSessionId())).rejects.toMatchObject({ code: 'FORBIDDEN' })
})

test('limits hold per person and per node, and an end makes room', async () => {
  rig = await startTerminals({ limits: { maxSessions: 3, maxSessionsPerPerson: 2 } })
  const ben = { origin: { actor: 'ben', at: 'root', request_id: 'r-2' } }
  const asBen = () => rig.call('terminal.create', { session_id: newSessionId() }, ben)
  const { session_id } = await rig.create()
  await rig.create()
  await expect(rig.create()).rejects.toMatchObject({ code: 'CONFLICT', details: { limit: 'person', max: 2 } })
  await asBen()
  await expect(asBen()).rejects.toMatchObject({ code: 'CONFLICT', details: { limit: 'node', max: 3 } })
  await rig.call('terminal.delete', { session_id })
  await asBen()
  expect(await rig.call('terminal.list', { created_by: 'ben@root' })).toMatchObject({ count: 2 })
})

test('shells that have ended wait for somebody, but never more of them than may run', async () => {
  rig = await startTerminals({ limits: { maxSessions: 3, maxSessionsPerPerson: 3 } })
  for (let n = 0; n < 6; n += 1) {
    const { screen, id } = await rig.shell()
    await screen.type('sleep 0.1; exit\r')
    await screen.stream.end()
    await until(() => rig.sessions.get(id).view().state === 'exited', 'the shell has ended')
  }
  expect(rig.sessions.list()).toHaveLength(3)
})

test('a session that nobody attaches to, that is left, or that is idle ends by itself', async () => {
  let now = Date.now()
  rig = await startTerminals({ clock: () => now, limits: { firstAttachMs: 60_000, detachedMs: 600_000 } })
  const never = await rig.create()
  const left = await rig.shell()
  await left.screen.stream.end()
  await until(() => rig.sessions.list().every(({ attached }) => !attached), 'nobody is attached')
  const alive = () => rig.sessions.list().map(({ session_id }) => session_id)
  now += 59_000
  rig.sessions.sweep()
  expect(alive()).toEqual([never.session_id, left.id])
  now += 1000
  rig.sessions.sweep()
  expect(alive()).toEqual([left.id])
  now += 540_000
  rig.sessions.sweep()
  expect(alive()).toEqual([])
  await until(() => sessionMembers(left.pid).length === 0, 'its shell has ended')
  const idle = await rig.shell()
  now += 3_600_000
  rig.sessions.sweep()
  await idle.screen.reading
  expect(idle.screen.notes).toContainEqual({ type: 'detached', reason: 'idle' })
})
