/** The spans one can choose from; what is in the address is what the API takes. */
export const spans = { h1: '1h', h24: '24h', d7: '7d', d30: '30d' } as const
export type SpanChoice = keyof typeof spans | 'any' | 'custom'

/** Which choice an address means: one of ours, none, or two moments. */
export function spanOf(since: string, until: string): SpanChoice {
  if (since === '' && until === '') return 'any'
  const named = (Object.keys(spans) as Array<keyof typeof spans>).find((name) => spans[name] === since)
  return named !== undefined && until === '' ? named : 'custom'
}
