import { z } from 'zod'

/** Set by the supervisor for the build that it runs. */
export const supervisedVariable = 'SUPERVISED_BY_CORTEX'
/** How a build ends that wants another one, or itself, to be started in its place; the command line calls it `restart`. */
export const restartExitCode = 75

/** What a build tells its supervisor. Builds of other versions speak the same: fields are only ever added. */
export const ToSupervisor = z.object({ cortex: z.enum(['up', 'no-way-back', 'way-back']) })
export type ToSupervisor = z.infer<typeof ToSupervisor>
const FromSupervisor = z.object({ cortex: z.enum(['noted']) })

const notedTimeoutMs = 10_000

/** Who has to know whether an older build could still use the database. */
export interface SchemaGuard {
  /** Says, before it happens, that the database changes so that no older build can use it; resolves when that is on disk. */
  noWayBack(): Promise<void>
  /** Says that the change came to nothing. */
  wayBack(): Promise<void>
}

/** The supervisor above a running build, as that build sees it. */
export interface Supervision extends SchemaGuard {
  /** Whether somebody starts the next build when this one ends. */
  isSupervised: boolean
  /** Says that this build works. */
  up(): Promise<void>
  /** Calls back when the supervisor is gone: nobody would end this build then. */
  onLost(callback: () => void): void
}

/** What the process object offers when it was started with a channel to its parent. */
type Channel = Pick<NodeJS.Process, 'env' | 'on' | 'off'> & { send?: NodeJS.Process['send'] }

export function openSupervision(channel: Channel = process): Supervision {
  const isSupervised = channel.env[supervisedVariable] === '1' && channel.send !== undefined
  // What this build starts is not supervised.
  delete channel.env[supervisedVariable]

  function tell(what: ToSupervisor['cortex']): Promise<void> {
    if (!isSupervised) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error('the supervisor does not answer')), notedTimeoutMs)
      channel.on('message', function heard(message: unknown) {
        if (!FromSupervisor.safeParse(message).success) return
        channel.off('message', heard)
        clearTimeout(timer)
        resolve()
      })
      channel.send?.({ cortex: what })
    })
  }

  return {
    isSupervised,
    up: () => tell('up'),
    noWayBack: () => tell('no-way-back'),
    wayBack: () => tell('way-back'),
    onLost(callback) {
      if (isSupervised) channel.on('disconnect', callback)
    },
  }
}
