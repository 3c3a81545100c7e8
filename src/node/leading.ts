/** What must be done once in a monitor, of how many processes it may be. */
export interface Leading {
  /** Whether this process does it now. */
  leads(): boolean
  /** Runs the work here if this process leads, else not at all: null. What it writes is fenced (see `asLeader`). */
  once<T>(work: () => Promise<T>): Promise<T | null>
  /** Told whenever this process begins to lead; at once when it does already. One that is alone always led: it is not told. */
  onGained(listener: () => void): void
  onLost(listener: () => void): void
}

/** A monitor of one process does everything. */
export const alone: Leading = {
  leads: () => true,
  once: (work) => work(),
  onGained: () => undefined,
  onLost: () => undefined,
}
