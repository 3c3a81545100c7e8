import type { JsonObject } from '../../contract/common.ts'
import { conflict } from '../../contract/errors.ts'
import type { Database } from '../../db/open.ts'
import type { Unit, Units } from '../changes/units.ts'
import {
  changePayload,
  type Command,
  forgetCommands,
  keepCommand,
  markTaken,
  type WaitingCommand,
  waitingCommands,
} from './commands.store.ts'

/**
 * Carries a command out on this monitor. Runs on every monitor on the way; must do nothing when it does not apply. Answers
 * what the next hop gets where that is something else. `waitedMs` is how long the command waited at the hop before.
 */
export type CommandHandler = (unit: Unit, payload: JsonObject, waitedMs: number) => Promise<JsonObject | void>

const maxPerDelivery = 200
const keepTakenMs = 7 * 86_400_000
const abandonAfterMs = 30 * 86_400_000

/**
 * Commands of an ancestor for a monitor below: kept on disk until the next hop has taken them over, so that they
 * survive a broken link, and carried out once on every monitor on the way.
 */
export function createCommands(parts: {
  database: Database
  units: Units
  selfId: string
  clock: () => number
  newId: () => string
}) {
  const { database, units, selfId, clock, newId } = parts
  const handlers = new Map<string, CommandHandler>()

  async function pass(unit: Unit, command: Command, path: readonly string[]): Promise<boolean> {
    const nextHop = path[1]
    const forUs = command.target === selfId || nextHop === undefined
    const isNew = await keepCommand(unit.tx, command, forUs ? '' : nextHop, forUs ? new Date(clock()) : null)
    if (isNew && !forUs) unit.emit('commands_queued', { next_hop: nextHop })
    return isNew
  }

  return {
    /** Names who carries out a kind of command here. */
    handle(kind: string, handler: CommandHandler): void {
      handlers.set(kind, handler)
    },

    /**
     * Sends a command to the monitor at the end of `path` (agent_ids from this monitor down). The caller has already
     * done its own part. Nothing happens when the path ends here.
     */
    async send(unit: Unit, path: readonly string[], kind: string, payload: JsonObject): Promise<void> {
      const target = path.at(-1)
      if (target === undefined || target === selfId) return
      await pass(unit, { uid: newId(), target, kind, payload }, path)
    },

    /**
     * Takes a command over from the parent: carried out here and kept for the next hop in one transaction; a repeat
     * changes nothing. `path` leads to the target, or is null when this monitor no longer knows it: then it ends here.
     */
    async take(command: WaitingCommand, path: readonly string[] | null): Promise<void> {
      const handler = handlers.get(command.kind)
      if (!handler) throw conflict(`未知的命令：${command.kind}`, `unknown command: ${command.kind}`)
      await units.run(async (unit) => {
        if (!(await pass(unit, command, path ?? [selfId]))) return
        const onward = await handler(unit, command.payload, command.waited_ms)
        if (onward) await changePayload(unit.tx, command.uid, onward)
      })
    },

    /** Hands waiting commands to a connected child, oldest first, until none waits; a failure leaves the rest for later. */
    async deliver(nextHop: string, handOver: (commands: WaitingCommand[]) => Promise<string[]>): Promise<void> {
      for (;;) {
        const waiting = await waitingCommands(database.db, nextHop, maxPerDelivery)
        if (waiting.length === 0) return
        const accepted = await handOver(waiting)
        await markTaken(database.db, accepted, new Date(clock()))
        if (accepted.length === 0) return
      }
    },

    /** Drops what has been taken over long ago, and what found no taker for a month. */
    async tidy(): Promise<void> {
      await forgetCommands(database.db, new Date(clock() - keepTakenMs), new Date(clock() - abandonAfterMs))
    },
  }
}
export type Commands = ReturnType<typeof createCommands>
