import { faultOf } from './fault.ts'
import { FrameKind, encodeFrame } from './frame.ts'

/** The frame that says no to what came as `kind`: ERROR to a CALL, RESET to a stream. */
export function encodeRefusal(kind: FrameKind, id: number, error: unknown): Uint8Array {
  return encodeFrame({
    kind: kind === FrameKind.CALL ? FrameKind.ERROR : FrameKind.RESET,
    id,
    header: JSON.stringify(faultOf(error)),
  })
}
