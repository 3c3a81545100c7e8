import { z } from 'zod'

/** A name that goes into an argument list: never empty, never starting with `-`, no white space or shell characters. */
const Word = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[A-Za-z0-9_@/.:+][A-Za-z0-9_@/.:+-]*$/, 'a plain name without spaces or shell characters')

/** A repair with its arguments. What a probe may run; text is only how it is shown. */
export const Action = z.discriminatedUnion('type', [
  z.object({ type: z.literal('service.restart'), service: Word }),
  z.object({ type: z.literal('service.start'), service: Word }),
  z.object({ type: z.literal('disk.clean'), mount: Word }),
  z.object({ type: z.literal('logs.rotate'), path: Word }),
  z.object({ type: z.literal('process.stop'), pid: z.number().int().min(2), name: Word }),
  z.object({ type: z.literal('command.run'), command: Word }),
])
export type Action = z.infer<typeof Action>
export type ActionType = Action['type']

/** The text a person reads and the contract calls `proposed_fix`. */
export function actionText(action: Action): string {
  switch (action.type) {
    case 'service.restart':
      return `systemctl restart ${action.service}`
    case 'service.start':
      return `systemctl start ${action.service}`
    case 'disk.clean':
      return `clean disk ${action.mount}`
    case 'logs.rotate':
      return `rotate log ${action.path}`
    case 'process.stop':
      return `stop process ${action.pid} ${action.name}`
    case 'command.run':
      return `run command ${action.command}`
  }
}

/** What an action touches: a service, a mount, a path, the name of a process or of a command. */
export function actionTarget(action: Action): string {
  switch (action.type) {
    case 'service.restart':
    case 'service.start':
      return action.service
    case 'disk.clean':
      return action.mount
    case 'logs.rotate':
      return action.path
    case 'process.stop':
      return action.name
    case 'command.run':
      return action.command
  }
}

const patterns: ReadonlyArray<[RegExp, (match: RegExpExecArray) => unknown]> = [
  [
    /^systemctl (restart|start) ([^\s]+)$/,
    (m) => ({ type: `service.${m[1]}`, service: m[2]?.replace(/\.service$/, '') }),
  ],
  [/^service ([^\s]+) (restart|start)$/, (m) => ({ type: `service.${m[2]}`, service: m[1] })],
  [/^clean disk ([^\s]+)$/, (m) => ({ type: 'disk.clean', mount: m[1] })],
  [/^rotate log ([^\s]+)$/, (m) => ({ type: 'logs.rotate', path: m[1] })],
  [/^stop process (\d+) ([^\s]+)$/, (m) => ({ type: 'process.stop', pid: Number(m[1]), name: m[2] })],
  [/^run command ([^\s]+)$/, (m) => ({ type: 'command.run', command: m[1] })],
]

/** The action that a text stands for, or null when it is none of ours; used by policy, never to run anything. */
export function actionFromText(text: string): Action | null {
  const line = text.trim().replace(/^sudo /, '')
  for (const [pattern, build] of patterns) {
    const match = pattern.exec(line)
    if (match) return Action.safeParse(build(match)).data ?? null
  }
  return null
}
