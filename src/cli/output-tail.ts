/** The end of what a program said. */
export interface OutputTail {
  add(bytes: Uint8Array): void
  text(): string
}

/** Keeps the last `maxBytes` bytes. */
export function createOutputTail(maxBytes: number): OutputTail {
  let kept = Buffer.alloc(0)
  return {
    add(bytes) {
      kept = Buffer.concat([kept, bytes.subarray(-maxBytes)]).subarray(-maxBytes)
    },
    text: () => kept.toString('utf8').trim(),
  }
}
