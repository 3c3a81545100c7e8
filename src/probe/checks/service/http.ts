import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { ServiceConfig } from '../../../platform/config/probe.section.ts'
import { unwell, well, type Health } from './health.ts'

type HttpConfig = NonNullable<ServiceConfig['http']>

export interface HttpAnswer {
  status: number
  body: string
  tookMs: number
}

const MAX_BODY_BYTES = 65_536

/** What an answer says of the service: its status, its body and how long it took. */
export function healthOfAnswer(config: HttpConfig, answer: HttpAnswer): Health {
  const details = { url: config.url, status: answer.status, latency_ms: Math.round(answer.tookMs) }
  const goodStatus = config.status ? config.status.includes(answer.status) : answer.status >= 200 && answer.status < 400
  if (!goodStatus) return unwell(`${config.url} 返回状态 ${answer.status}`, details)
  if (config.body_contains !== undefined && !answer.body.includes(config.body_contains)) {
    return unwell(`${config.url} 的内容不含 “${config.body_contains}”`, details)
  }
  if (config.max_latency_ms !== undefined && answer.tookMs > config.max_latency_ms) {
    return unwell(`${config.url} 用时 ${Math.round(answer.tookMs)} 毫秒，超过 ${config.max_latency_ms} 毫秒`, details)
  }
  return well(details)
}

/** Asks once, without following redirects, and reads at most 64 KiB of the body. */
export async function httpHealth(
  config: HttpConfig,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
): Promise<Health> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  try {
    return healthOfAnswer(config, await ask(config.url, bounded))
  } catch (error) {
    const why = bounded.aborted
      ? `${timeoutMs} 毫秒内没有应答`
      : ((error as NodeJS.ErrnoException).code ?? String(error))
    return unwell(`${config.url} 无法访问（${why}）`, { url: config.url, error: why })
  }
}

function ask(url: string, signal: AbortSignal): Promise<HttpAnswer> {
  const startedAt = performance.now()
  const request = url.startsWith('https:') ? requestHttps : requestHttp
  return new Promise((resolve, reject) => {
    const sent = request(url, { signal, agent: false, headers: { 'user-agent': 'cortex-probe' } }, (response) => {
      const chunks: Buffer[] = []
      let bytes = 0
      const settle = (): void => {
        const body = Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString('utf8')
        resolve({ status: response.statusCode ?? 0, body, tookMs: performance.now() - startedAt })
      }
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        bytes += chunk.length
        if (bytes < MAX_BODY_BYTES) return
        settle()
        response.destroy()
      })
      response.on('end', settle)
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}
