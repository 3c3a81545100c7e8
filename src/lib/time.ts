/** ISO 8601 UTC with `Z`, or null. */
export function isoOrNull(at: Date | null): string | null {
  return at === null ? null : at.toISOString()
}
