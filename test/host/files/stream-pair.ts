import { createStreamEnd, type Stream, type StreamEnd } from '../../../src/tree/link/stream.ts'

const WINDOW_BYTES = 256 * 1024

/** Two ends of one stream with real credits and no link between; what one end does reaches the other a turn later. */
export function streamPair(): { near: Stream; far: Stream } {
  const ends: StreamEnd[] = []
  const create = (other: number): StreamEnd => {
    const later = (act: (end: StreamEnd) => void) =>
      setImmediate(() => {
        const end = ends[other]
        if (end) act(end)
      })
    return createStreamEnd({
      target: 'leaf',
      windowBytes: WINDOW_BYTES,
      creditBytes: WINDOW_BYTES,
      port: {
        data(bytes) {
          // As a frame does: what was written may be changed afterwards.
          const copy = Buffer.from(bytes)
          later((end) => end.onData(copy))
        },
        credit: (bytes) => later((end) => end.onCredit(bytes)),
        end: () => later((end) => end.onEnd()),
        reset: (error) => later((end) => end.fail(error)),
        finished: () => undefined,
      },
    })
  }
  const near = create(1)
  const far = create(0)
  ends.push(near, far)
  return { near: near.stream, far: far.stream }
}
