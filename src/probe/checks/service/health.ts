/** How a service is, seen in one way. `inactive` means that somebody stopped it in an orderly manner. */
export interface Health {
  well: boolean
  inactive?: boolean
  /** Why it is not well, for people. */
  why: string
  details?: Record<string, unknown>
}

export const well = (details?: Record<string, unknown>): Health => ({
  well: true,
  why: '',
  ...(details ? { details } : {}),
})
export const unwell = (why: string, details?: Record<string, unknown>): Health => ({
  well: false,
  why,
  ...(details ? { details } : {}),
})
