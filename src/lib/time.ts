/** ISO 8601 UTC with `Z`, or null. */
export function isoOrNull(at: Date | null): string | null {
  return at === null ? null : at.toISOString()
}

/** The moment of an ISO time, or null. */
export function dateOrNull(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso)
}
