import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { until } from '../support/until.ts'
import { openTerminal, quietPrompt, type TerminalClient } from './terminal-client.ts'
import { auditOfHost, auditOfMonitor, signInAsOperator, type ThreeLevels, threeLevels } from './three-levels.ts'

let levels: ThreeLevels
beforeAll(async () => {
  levels = await threeLevels()
})
afterAll(() => levels?.close())

const sessions = (server = levels.ids.leaf) => `/servers/${server}/terminal/sessions`

async function newSession(server = levels.ids.leaf, options: object = {}, http = levels.http): Promise<string> {
  const body = { shell: '/bin/bash', working_dir: '/tmp', ...options }
  const answer = await http.post(sessions(server), body)
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 })
  return z.object({ session_id: z.string() }).parse(answer.body).session_id
}

/** Without a token, as the document has it: the session id is enough for who made it. */
async function attach(session: string, server = levels.ids.leaf, more = ''): Promise<TerminalClient> {
  const address = levels.root.url.replace('http', 'ws')
  const terminal = await openTerminal(`${address}/ws/servers/${server}/terminal?session=${session}${more}`)
  onTestFinished(() => terminal.close())
  return terminal
}

test('a shell of the leaf is typed in from the root: echo in UTF-8, new size, and the code it exits with', async () => {
  const terminal = await attach(await newSession(undefined, { cols: 90, rows: 30 }))
  await quietPrompt(terminal)
  terminal.type("printf '<%s>\\n' 你好，世界\r")
  await terminal.sees('<你好，世界>')
  terminal.type('stty size\r')
  await terminal.sees('30 90')
  terminal.say({ type: 'resize', data: { cols: 132, rows: 43 } })
  terminal.type('stty size\r')
  await terminal.sees('43 132')

  terminal.type('exit 7\r')
  expect((await terminal.note('exit')).data).toMatchObject({ code: 7 })
  expect(await terminal.closed()).toMatchObject({ code: 1000 })
})

test('a session outlives its socket: who attaches again sees what was on the screen', async () => {
  const session = await newSession()
  const first = await attach(session)
  await quietPrompt(first)
  first.type("X=kept; echo one''two\r")
  await first.sees('onetwo')
  first.close()
  await first.closed()

  // The host may learn a moment later than the client that the first socket is gone.
  await until('the host knows that nobody is attached', async () => {
    const { body } = await levels.http.get(`${sessions()}/${session}`)
    return !z.object({ attached: z.boolean() }).parse(body).attached
  })
  const second = await attach(session)
  expect((await second.note('scrollback')).data).toMatchObject({ truncated: false })
  await second.sees('onetwo')
  second.type('echo "<$X>"\r')
  await second.sees('<kept>')
})

test('two sockets never share a session: the second is told CONFLICT, and the first goes on', async () => {
  const session = await newSession()
  const first = await attach(session)
  await quietPrompt(first)
  const second = await attach(session)
  expect((await second.note('error')).data).toMatchObject({ code: 'CONFLICT' })
  expect(await second.closed()).toMatchObject({ code: 1011 })
  first.type("echo still''here\r")
  await first.sees('stillhere')
})

test('shell_command is answered by shell_response with its request_id, and runs where the session is', async () => {
  const terminal = await attach(await newSession())
  await quietPrompt(terminal)
  terminal.type("cd /usr; echo mo''ved\r")
  await terminal.sees('moved')
  terminal.say({ type: 'shell_command', data: { command: 'pwd; exit 3' }, request_id: 'r-17' })
  const { data } = await terminal.note('shell_response')
  expect(data).toMatchObject({ output: '/usr\n', exit_code: 3, request_id: 'r-17' })
})

test('working-directory names the program that runs in front of the shell', async () => {
  const session = await newSession()
  const terminal = await attach(session)
  await quietPrompt(terminal)
  const where = async () => (await levels.http.get(`${sessions()}/${session}/working-directory`)).body
  expect(await where()).toMatchObject({ working_dir: '/tmp', foreground: null })
  terminal.type('sleep 600\r')
  await until(
    'sleep is in the foreground',
    async () => ((await where()) as { foreground: unknown }).foreground === 'sleep',
  )
  terminal.type('\x03')
  await until('the shell waits again', async () => ((await where()) as { foreground: unknown }).foreground === null)
})

test('DELETE ends the shell: its socket is told and closed, and the session is gone', async () => {
  const session = await newSession()
  const terminal = await attach(session)
  await quietPrompt(terminal)
  const deleted = await levels.http.delete(`${sessions()}/${session}`)
  expect(deleted).toMatchObject({ status: 200, body: { session_id: session, deleted: true } })
  await terminal.closed()
  expect(await levels.http.get(`${sessions()}/${session}`)).toMatchObject({ status: 404 })
})

test('the host of the monitor itself has terminals too', async () => {
  const terminal = await attach(await newSession(levels.ids.root), levels.ids.root)
  await quietPrompt(terminal)
  terminal.type("echo he''re\r")
  await terminal.sees('here')
})

test('a session id opens nothing on another server', async () => {
  const session = await newSession()
  await expect(attach(session, levels.ids.root)).rejects.toThrow('refused with 401')
})

test('who is disabled is cut off from an open terminal at once, and the session id opens nothing any more', async () => {
  const bob = await signInAsOperator(levels.root, 'bob')
  const session = await newSession(undefined, {}, bob.http)
  const terminal = await attach(session)
  await quietPrompt(terminal)
  await bob.disable()
  expect(await terminal.closed()).toMatchObject({ code: 4401 })
  await expect(attach(session)).rejects.toThrow('refused with 401')
})

test('a host that grants no terminal has the last word, and logs what it refused and to whom', async () => {
  const answer = await levels.http.post(sessions(levels.ids.region), {})
  expect(answer).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
  expect(JSON.stringify(answer.body)).toContain('terminal')
  expect(auditOfHost(levels.region)).toContainEqual(
    expect.objectContaining({ actor: 'ann@root', action: 'terminal.create.refused' }),
  )
  const above = await auditOfMonitor(levels.root, 'region')
  expect(above.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['terminal.create', 'terminal.create.failed']),
  )
})

test('sessions, attachments and commands are in both logs with the name of the person, never with the session id', async () => {
  const session = await newSession()
  const terminal = await attach(session)
  terminal.say({ type: 'shell_command', data: { command: 'true' }, request_id: 'r-1' })
  await terminal.note('shell_response')
  await levels.http.delete(`${sessions()}/${session}`)

  const above = await auditOfMonitor(levels.root, 'leaf')
  const below = auditOfHost(levels.leaf)
  for (const action of ['terminal.create', 'terminal.attach', 'terminal.command', 'terminal.delete']) {
    expect(above).toContainEqual(expect.objectContaining({ actor: 'ann', action }))
    expect(below).toContainEqual(expect.objectContaining({ actor: 'ann@root', action }))
  }
  expect(JSON.stringify([above, below])).not.toContain(session)
})
