import { listPids, readProcess } from '../../collectors/process-stat.ts'
import { processOfPidFile } from '../../remedies/pid-guard.ts'
import { unwell, well, type Health } from './health.ts'

/** The kernel keeps 15 characters of a name. */
const NAME_LENGTH = 15

/** Well when a living process of that name exists. */
export function processHealth(name: string, procRoot: string): Health {
  const short = name.slice(0, NAME_LENGTH)
  for (const pid of listPids(procRoot)) {
    const found = readProcess(procRoot, pid)
    if (found?.name === short && found.state !== 'Z') return well({ pid })
  }
  return unwell(`没有名为 ${name} 的进程`, { process: name })
}

/** Well when the process that the file names lives. */
export function pidFileHealth(file: string, procRoot: string): Health {
  const found = processOfPidFile(file, procRoot)
  return found ? well({ pid: found.pid }) : unwell(`pid 文件 ${file} 所指的进程不存在`, { pid_file: file })
}
