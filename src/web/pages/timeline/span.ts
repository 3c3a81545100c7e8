/** The spans one can choose from; what is in the address is what the API takes. */
export const spans = { h1: '1h', h24: '24h', d7: '7d', d30: '30d' } as const
export type SpanChoice = keyof typeof spans | 'any' | 'custom'

/** Which choice an address means: one of ours, none, or two moments. */
export function spanOf(since: string, until: string): SpanChoice {
  if (since === '' && until === '') return 'any'
  const named = (Object.keys(spans) as Array<keyof typeof spans>).find((name) => spans[name] === since)
  return named !== undefined && until === '' ? named : 'custom'
}

/** An ISO time as an input of date and time shows it, in the browser's zone; '' when it is none. */
export function toLocalInput(iso: string): string {
  const time = new Date(iso)
  if (iso === '' || Number.isNaN(time.getTime())) return ''
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

/** What such an input says, as ISO time; null while it is not whole. */
export function fromLocalInput(text: string): string | null {
  const time = new Date(text)
  return text === '' || Number.isNaN(time.getTime()) ? null : time.toISOString()
}
