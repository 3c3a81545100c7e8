import { randomBytes } from 'node:crypto'
import { ExitCode, type CommandContext } from '../command-line.ts'
import { programName } from '../../platform/invocation.ts'
import { modelEnvironment } from './model-environment.ts'
import { raiseTree } from './raise-tree.ts'
import { alertStep } from './steps/alert.ts'
import { cutOffStep } from './steps/cut-off.ts'
import { decisionStep } from './steps/decision.ts'
import { destructiveStep } from './steps/destructive.ts'
import { selfRepairStep } from './steps/self-repair.ts'
import { topologyStep } from './steps/topology.ts'
import { summaryText, type StepResult } from './summary.ts'
import { createTimeline } from './timeline.ts'
import { openWorkspace } from './workspace.ts'
import type { Step, World } from './world.ts'

const steps: readonly Step[] = [topologyStep, selfRepairStep, decisionStep, destructiveStep, alertStep, cutOffStep]

/**
 * `cortex demo`: a tree of three levels on this machine, and what it does about real faults. 0 only when everything
 * happened. However it ends, no process and no folder of it is left.
 */
export async function runDemo(options: { stay?: boolean }, context: CommandContext): Promise<ExitCode> {
  const clock = (): number => performance.now()
  const colours = process.stdout.isTTY && context.env['NO_COLOR'] === undefined
  const timeline = createTimeline({ out: context.out, clock, startedAtMs: clock(), colours })
  const stopping = new AbortController()
  // A second one ends the demo at once; its caretaker clears away all the same.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stopping.abort(new Error(`interrupted by ${signal}`)))
  }
  const program = [process.execPath, process.argv[1] ?? '']
  const workspace = await openWorkspace(program)
  const secrets = { adminPassword: token(), registrationToken: token() }
  const results: StepResult[] = []
  try {
    timeline.heading('A tree of monitors: one root, two regions, four leaves, each a process with its own data')
    timeline.say('you', `everything is in ${workspace.folder} and goes when the demo ends`)
    const { env: rootEnv, text } = modelEnvironment(context.env)
    timeline.say('root', text)
    const signal = stopping.signal
    const world = await raiseTree({
      folder: workspace.folder,
      program,
      secrets,
      rootEnv,
      timeline,
      clock,
      random: Math.random,
      signal,
    })
    for (const [index, step] of steps.entries()) {
      if (signal.aborted) break
      const result = await runStep(world, step, `${index + 1}. ${step.title}`)
      results.push(result)
      if (result.failure !== null && step.isGround) break
    }
    if (!signal.aborted) context.out(`\n${summaryText(results)}`)
    if (options.stay && !signal.aborted) await stay(world, secrets.adminPassword)
  } catch (error) {
    if (!stopping.signal.aborted) throw error
  } finally {
    if (stopping.signal.aborted) timeline.say('you', `${reasonOf(stopping.signal)}: everything is cleared away`)
    stopping.abort()
    await workspace.remove()
  }
  return verdict(results, context)
}

async function runStep(world: World, step: Step, title: string): Promise<StepResult> {
  const { timeline, clock } = world
  const beganMs = clock()
  timeline.heading(title)
  try {
    const text = await step.run(world)
    timeline.mark(true, `${text} (${((clock() - beganMs) / 1000).toFixed(1)} s)`)
    return { title: step.title, failure: null, text, tookMs: clock() - beganMs }
  } catch (error) {
    if (world.signal.aborted) throw error
    const failure = error instanceof Error ? error.message : String(error)
    timeline.mark(false, failure)
    for (const node of world.nodes()) for (const line of node.complaints()) timeline.say(node.id, line)
    return { title: step.title, failure, text: '', tookMs: clock() - beganMs }
  }
}

function verdict(results: readonly StepResult[], context: CommandContext): ExitCode {
  const failed = results.filter(({ failure }) => failure !== null)
  for (const { title } of steps.slice(results.length)) context.err(`cortex: was not tried: ${title}\n`)
  for (const { title, failure } of failed) context.err(`cortex: did not happen: ${title}: ${failure}\n`)
  return failed.length === 0 && results.length === steps.length ? ExitCode.ok : ExitCode.failure
}

async function stay({ timeline, node, monitor, signal }: World, password: string): Promise<void> {
  timeline.heading('The tree stays up until Ctrl-C')
  timeline.say('root', `${monitor('root').client.url}   sign in as admin, password ${password}`)
  for (const id of ['region-eu', 'region-as']) timeline.say(id, node(id).url)
  timeline.say('you', `try: CORTEX_ADMIN_PASSWORD=${password} ${programName()} tree --watch --url ${node('root').url}`)
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

const reasonOf = ({ reason }: AbortSignal): string => (reason instanceof Error ? reason.message : String(reason))

const token = (): string => randomBytes(18).toString('base64url')
