import { z } from 'zod'
import { AgentId, JsonObject } from '../../contract/common.ts'
import { MAX_HEADER_BYTES } from './frame.ts'
import { MAX_DEADLINE_MS, MAX_HOPS, MAX_WINDOW_BYTES } from './limits.ts'

/** What both ends speak; a parent that speaks another version is refused by its child. */
export const PROTOCOL = 1

const Route = {
  /** agent_ids that are still to be crossed, the next hop first; empty: for the node that reads this. */
  to: z.array(AgentId).max(MAX_HOPS),
  /** agent_ids that it came by: the asking node first, the neighbour that sent it last. */
  via: z.array(AgentId).min(1).max(MAX_HOPS),
  method: z.string().regex(/^[a-z][a-z0-9_.-]{0,127}$/),
  /** Carried untouched: who asked, for the audit. */
  meta: JsonObject.default({}),
}

export const CallHeader = z.object({
  ...Route,
  /** What is left of the caller's patience. */
  deadlineMs: z.number().int().min(1).max(MAX_DEADLINE_MS),
})
export type CallHeader = z.infer<typeof CallHeader>

export const OpenHeader = z.object({
  ...Route,
  /** What the opener lets the other end send before it grants more. */
  windowBytes: z.number().int().min(0).max(MAX_WINDOW_BYTES),
})
export type OpenHeader = z.infer<typeof OpenHeader>

/** The parent's first frame, repeated when its own place in the tree changes. */
export const HelloHeader = z.object({
  protocol: z.number().int(),
  agent_id: AgentId,
  /** agent_ids from the sender up to the root, the sender first. */
  lineage: z.array(AgentId).min(1).max(MAX_HOPS),
})
export type HelloHeader = z.infer<typeof HelloHeader>

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads a JSON header or body. `undefined` when it is no JSON or not of that shape; never throws. */
export function parseJson<T>(schema: z.ZodType<T>, bytes: Uint8Array): T | undefined {
  try {
    return schema.safeParse(JSON.parse(utf8.decode(bytes))).data
  } catch {
    return undefined
  }
}

/** JSON text of a value in a body; no bytes at all stand for `undefined`. Throws SyntaxError or TypeError on anything else. */
export function decodeBody(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : JSON.parse(utf8.decode(bytes))
}

export function encodeBody(value: unknown): Uint8Array {
  return value === undefined ? new Uint8Array(0) : Buffer.from(JSON.stringify(value))
}

/** Whether a header would fit into a frame; what a caller puts in `meta` is its own affair until then. */
export function headerFits(header: string): boolean {
  return Buffer.byteLength(header) <= MAX_HEADER_BYTES
}
