import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ended, nextStart, type NextStart } from '../platform/releases/next-start.ts'
import type { Releases } from '../platform/releases/release-state.ts'
import { restartExitCode, supervisedVariable, ToSupervisor } from '../platform/releases/supervision.ts'
import { createOutputTail } from './output-tail.ts'

export interface SupervisorParts {
  releases: Releases
  /** `main.js` of the installation and its version. */
  base: { entry: string; version: string }
  args: readonly string[]
  env: NodeJS.ProcessEnv
  say: (line: string) => void
  /** Calls back with each signal that asks for an end. */
  onSignal: (callback: (signal: NodeJS.Signals) => void) => void
}

/** Time to end in good order (5 s are promised), before the build is killed. */
const endTimeoutMs = 15_000
const maxTailBytes = 4_096

/**
 * Runs the build that counts, as a child: starts the next one when it asks for that, puts a new one on trial, and brings
 * the one before back when that does not come up. Resolves to the exit code when the build has ended for good.
 */
export async function supervise(parts: SupervisorParts): Promise<number> {
  const { releases, base, say } = parts
  let child: ChildProcess | null = null
  let isAskedToEnd = false
  parts.onSignal((signal) => {
    isAskedToEnd = true
    child?.kill(signal)
  })

  for (;;) {
    const next = nextStart(releases.read(), { baseVersion: base.version, has: releases.has })
    if (next.state) releases.write(next.state)
    if (next.reason !== 'installation' && next.reason !== 'current') {
      say(`cortex: ${next.run ?? base.version} is started (${next.reason})`)
    }
    const run = start(parts, next)
    child = run.child
    const { code, why } = await run.ended
    child = null
    const state = releases.read()
    if (state?.trial?.begun && !state.trial.no_way_back) {
      // Ended by order, it has not failed: it is tried again at the next start.
      if (isAskedToEnd) releases.write({ ...state, trial: { ...state.trial, begun: false } })
      else {
        say(`cortex: ${state.trial.version} is rolled back: ${why}`)
        releases.write(ended(state, 'rolled_back', why))
        continue
      }
    }
    if (!isAskedToEnd && (code === restartExitCode || (state?.trial && !state.trial.begun))) continue
    return code
  }
}

interface Run {
  child: ChildProcess
  ended: Promise<{ code: number; why: string }>
}

/** Starts a build; one on trial that is not up in time is ended. */
function start({ releases, base, args, env, say }: SupervisorParts, next: NextStart): Run {
  const entry = next.run === null ? base.entry : releases.entryOf(next.run)
  const outlet = next.trial ? ('pipe' as const) : ('inherit' as const)
  const child = spawn(process.execPath, [entry, ...args], {
    stdio: ['inherit', outlet, outlet, 'ipc'],
    env: { ...env, [supervisedVariable]: '1' },
  })
  const tail = createOutputTail(maxTailBytes)
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    from?.on('data', (bytes: Buffer) => {
      tail.add(bytes)
      to.write(bytes)
    })
  }
  let late: string | null = null
  const withinMs = next.trial ? next.state?.trial?.within_ms : undefined
  const timers: NodeJS.Timeout[] = []
  if (withinMs !== undefined) {
    const giveUp = () => {
      late = `it was not up within ${Math.round(withinMs / 1000)} s`
      child.kill('SIGTERM')
      timers.push(setTimeout(() => child.kill('SIGKILL'), endTimeoutMs))
    }
    timers.push(setTimeout(giveUp, withinMs))
  }
  child.on('message', (message) => {
    const told = ToSupervisor.safeParse(message)
    if (!told.success) return
    if (told.data.cortex === 'up') for (const timer of timers) clearTimeout(timer)
    note(releases, told.data.cortex, late !== null)
    child.send({ cortex: 'noted' }, () => undefined)
    if (next.trial && told.data.cortex === 'up' && late === null) say(`cortex: ${next.run} is up`)
  })
  const over = Promise.withResolvers<{ code: number; why: string }>()
  const finish = (code: number, how: string) => {
    for (const timer of timers) clearTimeout(timer)
    over.resolve({ code, why: [late ?? how, tail.text()].filter((text) => text !== '').join('\n') })
  }
  child.once('error', (error) => finish(1, `it cannot be started: ${error.message}`))
  child.once('close', (code, signal) => {
    finish(code ?? 1, signal === null ? `it ended with ${code}` : `it was ended by ${signal}`)
  })
  return { child, ended: over.promise }
}

/** Writes down what a build on trial said. One that is up too late is not. */
function note(releases: Releases, what: ToSupervisor['cortex'], isLate: boolean): void {
  const state = releases.read()
  if (!state?.trial?.begun) return
  if (what !== 'up') releases.write({ ...state, trial: { ...state.trial, no_way_back: what === 'no-way-back' } })
  else if (!isLate) releases.write(ended(state, 'upgraded', ''))
}

/** `main.js` beside the running bundle; null in a checkout, which is not upgraded this way. */
export function bundleEntry(folder: string = import.meta.dirname): string | null {
  const entry = join(folder, 'main.js')
  return existsSync(entry) ? entry : null
}
