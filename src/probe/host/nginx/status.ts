import { AppError } from '../../../contract/errors.ts'
import type { NginxStatus } from '../../../contract/operations/nginx.ts'
import type { NginxCore } from './nginx-core.ts'
import { isFatal, parseMessages, reasonOf } from './reading/messages.ts'
import { findNginx } from './running/master.ts'

const MAX_ERRORS = 50

const absent: NginxStatus = {
  installed: false,
  running: false,
  version: null,
  pid: null,
  config_path: null,
  sites: 0,
  errors: [],
}

/** Whether there is an nginx, whether it runs, and what is wrong with it. Looks only. */
export async function readStatus({ program, files }: NginxCore): Promise<NginxStatus> {
  try {
    const paths = await program.paths()
    const running = findNginx(paths.pidFile)
    const tested = await program.test()
    const errors = tested.ok ? [] : parseMessages(tested.output).filter(isFatal)
    if (!tested.ok && errors.length === 0) errors.push(reasonOf(tested.output))
    const sites = await files.sites().catch((error: unknown) => {
      errors.push({ level: 'error', text: String(error), file: null, line: null })
      return []
    })
    return {
      installed: true,
      running: running !== null,
      version: paths.version,
      pid: running?.master.pid ?? null,
      config_path: paths.configPath,
      sites: sites.length,
      errors: errors
        .slice(0, MAX_ERRORS)
        .map(({ text, file, line }) => (file === null ? text : `${text} in ${file}:${line}`)),
    }
  } catch (error) {
    if (error instanceof AppError && error.status === 503) return { ...absent, errors: [error.text.en] }
    throw error
  }
}
