import { z } from 'zod'
import { AgentId, JsonObject } from '../../contract/common.ts'
import { AppError } from '../../contract/errors.ts'
import type { PublicText } from '../../contract/errors.ts'

/** What can go wrong between asking and being answered, beside what the asked node itself refuses. */
export const LinkReasons = [
  'LINK_LOST',
  'TIMEOUT',
  'CANCELLED',
  'REMOTE',
  'NO_ROUTE',
  'OVERLOADED',
  'LOOP',
  'OVERRUN',
  'NO_METHOD',
] as const
export type LinkReason = (typeof LinkReasons)[number]

const texts: Record<LinkReason, (hop: string) => PublicText> = {
  LINK_LOST: (hop) => ({ zh: `与节点 ${hop} 的连接已断开`, en: `The link to node ${hop} was lost` }),
  TIMEOUT: (hop) => ({ zh: `节点 ${hop} 未在限定时间内应答`, en: `Node ${hop} did not answer in time` }),
  CANCELLED: (hop) => ({ zh: `对节点 ${hop} 的请求已取消`, en: `The request to node ${hop} was cancelled` }),
  REMOTE: (hop) => ({ zh: `节点 ${hop} 的应答无法识别`, en: `Node ${hop} gave an answer that cannot be read` }),
  NO_ROUTE: (hop) => ({ zh: `节点 ${hop} 未连接`, en: `Node ${hop} is not connected` }),
  OVERLOADED: (hop) => ({ zh: `节点 ${hop} 繁忙，请稍后重试`, en: `Node ${hop} is busy, try again later` }),
  LOOP: (hop) => ({
    zh: `请求再次经过节点 ${hop}，已丢弃`,
    en: `The request came back to node ${hop} and was dropped`,
  }),
  OVERRUN: (hop) => ({ zh: `节点 ${hop} 收到的数据超出许可`, en: `Node ${hop} was sent more than it allowed` }),
  NO_METHOD: (hop) => ({ zh: `节点 ${hop} 的版本不支持此操作`, en: `Node ${hop} does not support this operation` }),
}

/** A question that the tree could not carry: why, and the agent_id of the node where it broke. */
export class LinkError extends AppError {
  readonly reason: LinkReason
  readonly hop: string

  constructor(reason: LinkReason, hop: string, internal?: string) {
    super({
      code: reason === 'TIMEOUT' ? 'TIMEOUT' : 'SERVICE_UNAVAILABLE',
      status: reason === 'TIMEOUT' ? 504 : 503,
      text: texts[reason](hop),
      details: { reason, hop },
      internal: `${reason} at ${hop}${internal === undefined ? '' : `: ${internal}`}`,
    })
    this.name = 'LinkError'
    this.reason = reason
    this.hop = hop
  }
}

const MAX_TEXT_CHARS = 500
const MAX_DETAILS_BYTES = 8 * 1024

/** Header of ERROR and RESET. `link`: the tree failed at `hop`. `app`: the asked node's own documented error. */
export const FaultHeader = z.discriminatedUnion('fault', [
  z.object({ fault: z.literal('link'), reason: z.enum(LinkReasons).catch('REMOTE'), hop: AgentId }),
  z.object({
    fault: z.literal('app'),
    code: z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/),
    status: z.number().int().min(400).max(599),
    text: z.object({ zh: z.string().max(MAX_TEXT_CHARS), en: z.string().max(MAX_TEXT_CHARS) }),
    details: JsonObject.optional(),
  }),
])
export type FaultHeader = z.infer<typeof FaultHeader>

const internalFault: FaultHeader = {
  fault: 'app',
  code: 'INTERNAL_ERROR',
  status: 500,
  text: { zh: '服务器内部错误', en: 'Internal server error' },
}

/** What of an error may cross the link: documented errors with their texts, of everything else only that it happened. */
export function faultOf(error: unknown): FaultHeader {
  if (error instanceof LinkError) return { fault: 'link', reason: error.reason, hop: error.hop }
  if (!(error instanceof AppError)) return internalFault
  return {
    fault: 'app',
    code: error.code,
    status: error.status,
    text: { zh: error.text.zh.slice(0, MAX_TEXT_CHARS), en: error.text.en.slice(0, MAX_TEXT_CHARS) },
    details: boundedDetails(error.details),
  }
}

/** Answering an error must not fail: details that are too large, or no JSON at all, are left out and that is said. */
function boundedDetails(details: AppError['details']): AppError['details'] {
  if (details === undefined) return undefined
  try {
    return Buffer.byteLength(JSON.stringify(details)) <= MAX_DETAILS_BYTES ? details : { truncated: true }
  } catch {
    return { truncated: true }
  }
}

/** The error that the caller gets for a fault that arrived from `peerId`. */
export function errorOf(fault: FaultHeader, peerId: string): AppError {
  if (fault.fault === 'link') return new LinkError(fault.reason, fault.hop, `answered by ${peerId}`)
  const { code, status, text, details } = fault
  return new AppError({
    code,
    status,
    text,
    details,
    internal: `${code} answered over the link of ${peerId}: ${text.en}`,
  })
}
