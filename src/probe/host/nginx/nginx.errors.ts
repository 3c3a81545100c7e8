import {
  AppError,
  conflict,
  forbidden,
  invalidRequest,
  notFound,
  serviceUnavailable,
  timeout,
} from '../../../contract/errors.ts'
import type { NginxMessage } from './reading/messages.ts'

const described = ({ file, line, text }: NginxMessage): string =>
  file === null ? text : `${text} (${file}${line === null ? '' : `:${line}`})`

/** nginx refuses: 422 with its own words, its file and its line. What ran before goes on running. */
export function nginxRefuses(message: NginxMessage, output: string): AppError {
  return new AppError({
    code: 'UNPROCESSABLE',
    status: 422,
    text: {
      zh: `nginx 拒绝了该配置，原配置仍在运行：${described(message)}`,
      en: `nginx refuses this; the configuration before stays in force: ${described(message)}`,
    },
    details: { message: message.text, file: message.file, line: message.line, output: output.slice(0, 8_192) },
  })
}

export const rollbackFailed = (why: string, cause: unknown): AppError =>
  new AppError({
    code: 'UNPROCESSABLE',
    status: 422,
    text: {
      zh: `变更失败且回滚未完成，请在主机上检查 nginx：${why}`,
      en: `the change failed and could not be undone completely; look at nginx on the host: ${why}`,
    },
    cause,
  })

export const nginxMissing = (program: string): AppError =>
  serviceUnavailable(
    `主机上没有 nginx（${program}）；请先安装`,
    `there is no nginx on this host (${program}): install it first`,
    { details: { program } },
  )

export const notRunning = (): AppError => conflict('nginx 没有运行；请先启动', 'nginx is not running: start it first')

export const nginxTooSlow = (what: string, timeoutMs: number): AppError =>
  timeout(`nginx 未在 ${timeoutMs} 毫秒内完成：${what}`, `nginx did not finish within ${timeoutMs} ms: ${what}`)

export const changedMeanwhile = (path: string, etag: string): AppError =>
  conflict(
    `${path} 已被改动；请重新读取后再提交`,
    `${path} has changed since it was read: read it again and repeat the change`,
    { details: { path, etag } },
  )

export const siteUnknown = (name: string): AppError =>
  notFound(`没有名为 ${name} 的站点`, `there is no site called ${name}`, { details: { name } })

export const siteExists = (name: string): AppError =>
  conflict(`站点 ${name} 已存在；请改用更新`, `the site ${name} exists already: update it`, { details: { name } })

export const outsideOfFolder = (path: string): AppError =>
  forbidden(
    `${path} 指向 nginx 配置目录之外；请在主机上修改`,
    `${path} leads out of nginx's configuration folder: change it on the host`,
    { details: { path } },
  )

export const versionUnknown = (id: number): AppError =>
  notFound(`没有版本 ${id}；只保留最近的版本`, `there is no version ${id}: only the last ones are kept`)

export const tooManyWaiting = (): AppError =>
  conflict('已有太多 nginx 变更在等待；请稍后再试', 'too many nginx changes are waiting: try again later')

export const certificateUnknown = (domain: string): AppError =>
  notFound(
    `没有站点为 ${domain} 配置证书`,
    `no site has a certificate for ${domain}: create one, or add ssl_certificate to its server block`,
    { details: { domain } },
  )

export const noSiteFor = (domain: string): AppError =>
  notFound(
    `没有已启用的站点使用 server_name ${domain}；请先创建并启用`,
    `no enabled site has the server_name ${domain}: create and enable one first`,
    { details: { domain } },
  )

export const noDnsHook = (): AppError =>
  conflict(
    '该节点没有配置 dns-01 的命令；请设置 nginx.dns_hook 或改用 http-01',
    'this node has no command for dns-01: set nginx.dns_hook in its config or use http-01',
  )

/** The certificate authority, or the way to prove the domain, said no. */
export const certificateRefused = (domain: string, why: string, cause?: unknown): AppError =>
  new AppError({
    code: 'UNPROCESSABLE',
    status: 422,
    text: {
      zh: `无法为 ${domain} 签发证书：${why}`,
      en: `no certificate for ${domain}: ${why}`,
    },
    details: { domain, reason: why },
    cause,
  })

export const wildcardNeedsDns = (domain: string): AppError =>
  invalidRequest(`${domain} 是通配符域名，只能用 dns-01`, `${domain} is a wildcard: only dns-01 can prove it`, {
    details: { field: 'challenge' },
  })

export const editOnHost = (domain: string, file: string): AppError =>
  conflict(
    `${domain} 的站点位于 nginx 配置目录之外（${file}）；请在主机上修改`,
    `the site of ${domain} lies outside of nginx's configuration folder (${file}): change it on the host`,
    { details: { domain, file } },
  )
