/** What a list or a text in an answer may take as JSON: the link carries 1 MiB. */
const MAX_JSON_BYTES = 950_000

const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value))

/** The end of a text that fits, from the start of a line. Control characters take six bytes each in JSON. */
export function fitText(text: string, maxBytes = MAX_JSON_BYTES): { text: string; truncated: boolean } {
  let rest = text
  while (jsonBytes(rest) > maxBytes) {
    const cut = rest.slice(Math.ceil(rest.length / 4))
    rest = cut.slice(cut.indexOf('\n') + 1)
  }
  return { text: rest, truncated: rest.length < text.length }
}

/** As many entries as fit: each made smaller by `slim` when all of them do not, and the last ones left out when even that is too much. */
export function fitList<T>(
  list: T[],
  slim: (entry: T) => T,
  maxBytes = MAX_JSON_BYTES,
): { list: T[]; truncated: boolean } {
  if (jsonBytes(list) <= maxBytes) return { list, truncated: false }
  const kept: T[] = []
  let bytes = 0
  for (const entry of list.map(slim)) {
    bytes += jsonBytes(entry) + 1
    if (bytes > maxBytes) break
    kept.push(entry)
  }
  return { list: kept, truncated: true }
}
