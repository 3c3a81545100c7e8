import { AppError, conflict, invalidRequest, notFound, timeout } from '../../../contract/errors.ts'

/** No container engine answers on this host. */
export function dockerUnavailable(why: string, cause?: unknown): AppError {
  return new AppError({
    code: 'DOCKER_UNAVAILABLE',
    status: 503,
    text: {
      zh: `该节点没有可用的容器引擎：${why}`,
      en: `no container engine on this node: ${why}; start Docker or Podman, or set the path of its socket`,
    },
    cause,
  })
}

/** What an error of the socket means. */
export function socketError(socketPath: string, error: NodeJS.ErrnoException): Error {
  const why: Record<string, string> = {
    ENOENT: `${socketPath} does not exist`,
    ECONNREFUSED: `nobody listens on ${socketPath}`,
    EACCES: `the user of the node may not use ${socketPath}`,
    ENOTSOCK: `${socketPath} is no socket`,
    ECONNRESET: 'the engine hung up',
    EPIPE: 'the engine hung up',
  }
  const text = why[error.code ?? '']
  return text === undefined ? error : dockerUnavailable(text, error)
}

export const engineTimeout = (timeoutMs: number): AppError =>
  timeout('容器引擎未在限定时间内应答', `the container engine did not answer within ${timeoutMs} ms`)

/** What the engine refuses keeps its meaning and its own words. */
export function engineRefusal(status: number, message: string): AppError {
  const said = message.slice(0, 400)
  const extra = { details: { engine_status: status } }
  if (status === 404) return notFound(`容器引擎：${said}`, said, extra)
  if (status === 409) return conflict(`容器引擎：${said}`, said, extra)
  if (status === 400) return invalidRequest(`容器引擎：${said}`, said, extra)
  return new AppError({
    code: 'DOCKER_ERROR',
    status: 502,
    text: { zh: `容器引擎出错：${said}`, en: `the container engine failed: ${said}` },
    ...extra,
  })
}
