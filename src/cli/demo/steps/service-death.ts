import { until } from '../wait.ts'
import { stepTimeoutMs, type World } from '../world.ts'

/** Kills the service of a leaf; the pid that it had. */
export function killService({ service, timeline }: World, leaf: string): number {
  const victim = service(leaf)
  const pid = victim.kill()
  timeline.say('you', `kill -9 ${pid}: the service ${victim.name} on ${leaf} is dead`)
  return pid
}

/** Waits until another process answers for the service; how long that took, in ms. */
export async function seeItReplaced(
  { service, signal, timeline, clock }: World,
  leaf: string,
  dead: number,
): Promise<number> {
  const beganMs = clock()
  const replaced = service(leaf)
  const pid = await until(
    `the service ${replaced.name} on ${leaf} answers again`,
    async () => {
      const answering = await replaced.pid()
      return answering !== dead && answering
    },
    { timeoutMs: stepTimeoutMs, signal },
  )
  timeline.say(leaf, `the service ${replaced.name} answers again as process ${pid}`)
  return clock() - beganMs
}

export async function killAndSeeItReplaced(world: World, leaf: string): Promise<number> {
  return await seeItReplaced(world, leaf, killService(world, leaf))
}
