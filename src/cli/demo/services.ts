import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { startDetached } from '../../probe/remedies/start-detached.ts'
import type { DemoService } from './layout.ts'
import { serviceArgv, serviceFiles, type DemoPlace } from './node-config.ts'
import { sendSignal } from './processes.ts'

/** The small service of a leaf. */
export interface RunningService {
  name: string
  /** Starts it as an administrator would; from then on the leaf keeps it. */
  start(): Promise<void>
  /** `kill -9`; the pid that it had. */
  kill(): number
  /** The pid that answers at its port now, or null. */
  pid(): Promise<number | null>
  /** Takes away the file that it needs to start, or puts it back. */
  setData(present: boolean): void
}

const Answer = z.object({ service: z.string(), pid: z.number().int() })
const timeoutMs = 1_000

export function createService(service: DemoService, place: DemoPlace, program: readonly string[]): RunningService {
  const { name } = service
  const files = serviceFiles(place.folder, name)
  mkdirSync(files.folder, { recursive: true })

  return {
    name,
    async start() {
      const options = { pidFile: files.pidFile, logFile: files.logFile, cwd: files.folder, env: {} }
      await startDetached(serviceArgv(service, place, program), options)
    },
    kill() {
      const pid = Number(readFileSync(files.pidFile, 'utf8'))
      sendSignal(pid, 'SIGKILL')
      return pid
    },
    async pid() {
      try {
        const response = await fetch(`http://127.0.0.1:${place.servicePort}/`, {
          signal: AbortSignal.timeout(timeoutMs),
        })
        const answer = Answer.parse(await response.json())
        return answer.service === name ? answer.pid : null
      } catch {
        // Down: that is an answer too.
        return null
      }
    },
    setData(present) {
      if (present) writeFileSync(files.dataFile, JSON.stringify({ service: name }))
      else rmSync(files.dataFile)
    },
  }
}
