import { AppError, notFound } from '../../contract/errors.ts'

export const serverNotFound = (id: number) => notFound(`服务器 ${id} 不存在`, `there is no server ${id}`)

export const serverOffline = (name: string, hop: string) =>
  new AppError({
    code: 'SERVER_OFFLINE',
    status: 503,
    text: {
      zh: `服务器 ${name} 不在线（连接断在 ${hop}）`,
      en: `server ${name} is offline (the way to it ends at ${hop})`,
    },
    details: { hop },
  })
