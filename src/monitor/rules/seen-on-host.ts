import type { ContainerAnswer } from '../../contract/operations/docker.ts'
import type { NginxCertificate } from '../../contract/operations/nginx.ts'
import type { ProcessList } from '../../contract/operations/processes.ts'

/** What was seen; null when the answer does not tell. */
export type Seen = { value: number; note?: string } | null

const dayMs = 86_400_000

/** How many processes of that name run: by the name that the kernel knows (its first 15 letters), or by the program of the command line, with which a long name has to be given. Zombies do not run. */
export function runningProcesses(list: ProcessList, name: string): Seen {
  const running = list.processes.filter(
    ({ name: known, cmd, status }) =>
      status !== 'zombie' && status !== 'dead' && (known === name || programOf(cmd) === name),
  )
  // A list that was cut may have lost the very process.
  return list.truncated && running.length === 0 ? null : { value: running.length }
}

/** How many containers of that name, id or id's beginning run. */
export function runningContainers(answer: ContainerAnswer, ref: string): Seen {
  const named = answer.containers.filter(
    ({ id, name }) => name === ref || id === ref || (ref.length >= 12 && id.startsWith(ref)),
  )
  const running = named.filter(({ state }) => state === 'running')
  if (running.length === 0 && named.length === 0 && answer.truncated) return null
  const [first] = named
  return { value: running.length, note: first ? `state: ${first.state}` : 'there is no such container' }
}

/** Days until the certificate ends; 0 for one that does not hold for the name at all. */
export function daysLeft(certificate: NginxCertificate, nowMs: number): Seen {
  const days = Math.max(0, (Date.parse(certificate.not_after) - nowMs) / dayMs)
  return certificate.valid || days === 0
    ? { value: days }
    : { value: 0, note: 'the certificate is not valid for this name or not yet' }
}

const programOf = (cmd: string): string => (cmd.split(/\s/, 1)[0] ?? '').split('/').at(-1)?.replace(/:$/, '') ?? ''
