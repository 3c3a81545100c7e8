import type { Encoding } from './web-files.ts'

const maxHeaderLength = 512

/** The best of the encodings at hand that an `Accept-Encoding` header takes; null: as it is. */
export function acceptedEncoding(header: string | undefined, atHand: readonly Encoding[]): Encoding | null {
  const accepted = new Set<string>()
  for (const part of (header ?? '').slice(0, maxHeaderLength).split(',')) {
    const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    if (!parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))) accepted.add(name)
  }
  return atHand.find((encoding) => accepted.has(encoding)) ?? null
}
