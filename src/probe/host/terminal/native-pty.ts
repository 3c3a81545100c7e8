import { createRequire } from 'node:module'
import { z } from 'zod'
import { AppError } from '../../../contract/errors.ts'

/** The four functions of node-pty's native part; everything else of it is JavaScript that we do without (see pty.ts). */
export interface NativePty {
  fork(
    file: string,
    args: string[],
    env: string[],
    cwd: string,
    cols: number,
    rows: number,
    uid: number,
    gid: number,
    utf8: boolean,
    helperPath: string,
    onExit: (code: number, signal: number) => void,
  ): { fd: number; pid: number; pty: string }
  resize(fd: number, cols: number, rows: number): void
}

const isFunction = (value: unknown): boolean => typeof value === 'function'
const Loader = z.object({ requireBinary: z.custom<(name: string) => unknown>(isFunction) })
const Native = z.object({
  fork: z.custom<NativePty['fork']>(isFunction),
  resize: z.custom<NativePty['resize']>(isFunction),
})

let loaded: NativePty | undefined

/** Loaded with the first terminal. Throws 503 where the optional package is not installed. */
export function nativePty(): NativePty {
  if (loaded) return loaded
  try {
    const require = createRequire(import.meta.url)
    loaded = Native.parse(Loader.parse(require('@lydell/node-pty/requireBinary.js')).requireBinary('pty.node'))
    return loaded
  } catch (cause) {
    throw new AppError({
      code: 'TERMINAL_UNAVAILABLE',
      status: 503,
      text: {
        zh: '该节点未安装终端组件 @lydell/node-pty；请在节点上执行 npm ci（不要省略 optional 依赖）',
        en: 'this node lacks @lydell/node-pty: run npm ci on it without leaving optional packages out',
      },
      cause,
    })
  }
}
