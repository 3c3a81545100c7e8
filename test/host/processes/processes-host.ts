import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { ProcessKilled, ProcessList } from '../../../src/contract/operations/processes.ts'
import { createActs } from '../../../src/probe/host/acts.ts'
import { createCapabilities } from '../../../src/probe/host/capabilities.ts'
import { openHostAudit } from '../../../src/probe/host/host-audit.ts'
import { registerProcesses } from '../../../src/probe/host/processes/register.ts'
import { decodeBody, encodeBody } from '../../../src/tree/link/headers.ts'
import { createMethods } from '../../../src/tree/link/methods.ts'

export const origin = { actor: 'ann', at: 'root', request_id: 'request-1' }

/** The process methods of a node, with a log of its own that is removed with the test. */
export async function processesMethods(options: { grants?: string[]; databasePids?: number[] } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'cortex-processes-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const audit = openHostAudit({ file: join(folder, 'audit.db'), clock: Date.now })
  onTestFinished(() => audit.close())
  const methods = createMethods()
  registerProcesses(methods, {
    acts: createActs({ capabilities: createCapabilities(options.grants ?? ['processes']), audit }),
    procRoot: '/proc',
    clock: Date.now,
    monotonicMs: () => performance.now(),
    databasePids: () => options.databasePids ?? [],
  })
  return { methods, audit }
}

export async function processesHost(options: Parameters<typeof processesMethods>[0] = {}) {
  const { methods, audit } = await processesMethods(options)
  async function call(name: string, params: object): Promise<unknown> {
    const handler = methods.call(name)
    if (!handler) throw new Error(`no method ${name}`)
    const context = { via: ['root'], meta: { origin }, deadlineMs: 10_000, signal: new AbortController().signal }
    return decodeBody(await handler(encodeBody(params), context))
  }
  return {
    audit,
    list: async () => ProcessList.parse(await call('processes.list', {})),
    kill: async (params: object) => ProcessKilled.parse(await call('processes.kill', params)),
  }
}

const nobody = 65_534

/** A program of our own, as a user of no rights where the tests may choose; ended with the test and all that it started. */
export async function startChild(command: string, args: string[], uid = nobody) {
  const user = process.getuid?.() === 0 ? { uid, gid: uid } : {}
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: '/', detached: true, ...user })
  const exited = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }))
  await once(child, 'spawn')
  const { pid } = child
  if (pid === undefined) throw new Error(`${command} has no pid`)
  onTestFinished(() => {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  })
  return { pid, exited, output: child.stdout }
}
