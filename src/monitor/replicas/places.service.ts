import { z } from 'zod'
import { AgentId } from '../../contract/common.ts'
import type { Database } from '../../db/open.ts'
import type { Logger } from '../../platform/logger.ts'
import { allPlaces, claimPlace, leavePlace } from './places.store.ts'

/** What is told on the channel; `replicaId` null: that connection is over. */
const Told = z.object({ agentId: AgentId, connectionId: z.uuid(), replicaId: z.uuid().nullable() })
type Told = z.infer<typeof Told>
interface Held {
  connectionId: string
  isWritten: boolean
  /** Its own place was heard of: what is told of other processes after that is newer. */
  isTold: boolean
  /** Of claim and leave, one after the other. */
  written: Promise<void>
}

/**
 * Where the link of each direct child hangs, told among the processes of a monitor as it changes. The newest connection counts; a
 * process that learns of a newer one elsewhere is told to let its own go.
 */
export function createPlaces(parts: {
  database: Database
  replicaId: string
  newId: () => string
  /** The child has a newer connection elsewhere. */
  onReplaced: (agentId: string) => void
  logger: Logger
}) {
  const { database, replicaId, newId, onReplaced, logger } = parts
  const elsewhere = new Map<string, Omit<Told, 'agentId'>>()
  const held = new Map<string, Held>()
  /** While all places are read. */
  let toldMeanwhile: Told[] | null = null
  let reading = Promise.resolve()

  function claim(agentId: string, mine: Held, unlessTaken = false): void {
    mine.written = mine.written.then(async () => {
      if (held.get(agentId) !== mine) return
      try {
        const { connectionId } = mine
        const isHere = await claimPlace(database.db, { agentId, replicaId, connectionId }, unlessTaken)
        if (isHere) mine.isWritten = true
        else letGo(agentId, mine)
      } catch (err) {
        logger.debug({ err, child: agentId }, 'the other processes could not be told of a link; it is tried again')
      }
    })
  }

  function letGo(agentId: string, mine: Held): void {
    if (held.get(agentId) === mine) onReplaced(agentId)
  }

  function take({ agentId, connectionId, replicaId: at }: Told): void {
    const mine = held.get(agentId)
    if (at === null) {
      if (elsewhere.get(agentId)?.connectionId === connectionId) elsewhere.delete(agentId)
    } else if (at === replicaId) {
      elsewhere.delete(agentId)
      if (mine?.connectionId === connectionId) mine.isTold = true
    } else {
      elsewhere.set(agentId, { connectionId, replicaId: at })
      // Told in the order of the commits: of two places the later one is the newer.
      if (mine?.isTold) letGo(agentId, mine)
    }
  }

  /** After a time in which nothing could be heard: what is written now counts, and what was told since this began. */
  async function readAll(): Promise<void> {
    toldMeanwhile = []
    try {
      const places = await allPlaces(database.db)
      elsewhere.clear()
      for (const place of places) take(place)
      const known = new Set(places.map(({ agentId }) => agentId))
      for (const [agentId, mine] of held) if (mine.isWritten && !known.has(agentId)) claim(agentId, mine, true)
    } finally {
      const told = toldMeanwhile
      toldMeanwhile = null
      for (const each of told) take(each)
    }
  }

  return {
    /** Another process has told something on `placesChannel`. */
    hear(text: string): void {
      const told = toldOf(text)
      if (!told) logger.warn('what was told of the place of a link cannot be read')
      else if (toldMeanwhile) toldMeanwhile.push(told)
      else take(told)
    },
    /** What is told is heard from now on, again perhaps. */
    listening(): void {
      reading = reading
        .then(readAll)
        .catch((err: unknown) => logger.error({ err }, 'the places of links could not be read'))
    },
    /** The child has connected to this process. */
    connected(agentId: string): void {
      const before = held.get(agentId)
      const mine: Held = {
        connectionId: newId(),
        isWritten: false,
        isTold: false,
        written: before?.written ?? Promise.resolve(),
      }
      held.set(agentId, mine)
      claim(agentId, mine)
    },
    /** The child has no connection to this process any more. */
    disconnected(agentId: string): void {
      const mine = held.get(agentId)
      if (!mine) return
      held.delete(agentId)
      void mine.written
        .then(() => leavePlace(database.db, { agentId, connectionId: mine.connectionId }))
        .catch((err: unknown) =>
          logger.debug(
            { err, child: agentId },
            'the end of a link could not be told: its place ends with this process',
          ),
        )
    },
    /** Claims again what could not be claimed; `unlessTaken`: this process was taken for gone, and children may be elsewhere since. */
    claimAgain(unlessTaken: boolean): void {
      for (const [agentId, mine] of held) {
        if (unlessTaken || !mine.isWritten) claim(agentId, mine, unlessTaken && mine.isWritten)
      }
    },
    /** The other process that has the child's link; undefined: none has, as far as is known here. */
    replicaOf: (agentId: string): string | undefined => elsewhere.get(agentId)?.replicaId ?? undefined,
  }
}

function toldOf(text: string): Told | null {
  try {
    return Told.parse(JSON.parse(text))
  } catch {
    return null
  }
}
