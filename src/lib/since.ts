const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }

/** The moment that `30m`, `24h`, `7d` (before `nowMs`) or an ISO time names; null when it is neither. */
export function parseSince(text: string, nowMs: number): Date | null {
  const span = /^(\d{1,6})([smhdw])$/.exec(text)
  if (span) return new Date(nowMs - Number(span[1]) * (units[span[2] ?? ''] ?? 0))
  if (!/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2})?)?$/.test(text)) return null
  const at = new Date(text)
  return Number.isNaN(at.getTime()) ? null : at
}
