import { type AppError, serviceUnavailable } from '../contract/errors.ts'
import { errorCode } from './error-code.ts'

/** A server that is on its way: not there yet, starting, stopping, full, or a name service that is not up. */
const passing = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  '57P01',
  '57P02',
  '57P03',
  '53300',
])

/** Whether it is worth trying again after this failure to connect. */
export function isPassing(error: unknown): boolean {
  return passing.has(errorCode(error) ?? '')
}

const reasons: Record<string, [zh: string, en: string]> = {
  '28P01': ['用户名或密码错误', 'the password or the user is wrong'],
  '28000': ['用户不存在或不允许登录', 'the user does not exist or may not log in'],
  '3D000': ['该数据库不存在，请先创建它', 'the database does not exist: create it first'],
  '42501': ['该用户没有所需的权限', 'the user lacks a permission'],
  ENOTFOUND: ['主机名无法解析', 'the host is unknown'],
  ECONNREFUSED: ['没有 PostgreSQL 在该地址监听', 'no PostgreSQL listens at this address'],
  ENOENT: ['套接字不存在，PostgreSQL 没有运行', 'there is no socket: PostgreSQL is not running'],
  '57P03': ['PostgreSQL 仍在启动', 'PostgreSQL is still starting'],
  '53300': ['PostgreSQL 的连接已用尽', 'PostgreSQL has no connection left'],
}

/** What to tell the operator about a database that could not be opened. `address` has no password in it. */
export function openFailure(address: string, cause: unknown): AppError {
  const said = cause instanceof Error ? cause.message || (errorCode(cause) ?? cause.name) : String(cause)
  const [zh, en] = reasons[errorCode(cause) ?? ''] ?? [said, said]
  return serviceUnavailable(`无法打开数据库 ${address}：${zh}`, `The database ${address} cannot be opened: ${en}`, {
    internal: `${address}: ${said}`,
    cause,
  })
}
