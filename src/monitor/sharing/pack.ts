/** Puts lines together, each text at most `maxBytes` long in UTF-8 with `head` before it. A line that fits in none is left out. */
export function pack(head: string, lines: readonly string[], maxBytes: number): string[] {
  const room = maxBytes - Buffer.byteLength(head)
  const packed: string[] = []
  let current: string[] = []
  let used = 0
  for (const line of lines) {
    const size = Buffer.byteLength(line) + 1
    if (size > room) continue
    if (used + size > room) {
      packed.push(head + current.join('\n'))
      current = []
      used = 0
    }
    current.push(line)
    used += size
  }
  if (current.length > 0) packed.push(head + current.join('\n'))
  return packed
}
