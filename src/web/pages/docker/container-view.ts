import type { Container } from '../../../contract/operations/docker.ts'
import type { Tone } from '../../ui/badge.tsx'
import { dockerTexts, type DockerT } from './docker.texts.ts'

export type ContainerVerb = 'start' | 'stop' | 'restart' | 'delete'

const tones: Readonly<Record<string, Tone>> = {
  running: 'good',
  restarting: 'warn',
  paused: 'warn',
  dead: 'bad',
  partial: 'warn',
}
/** The tone of a state of a container or project; what is merely down is no alarm. */
export const stateTone = (state: string): Tone => tones[state] ?? 'plain'

/** A state in words; one that is not known here as the engine says it. */
export const stateText = (t: DockerT, state: string): string =>
  Object.hasOwn(dockerTexts.zh, state) ? t(state as Parameters<DockerT>[0]) : state

/** What can be done with a container in that state. */
export const verbsFor = (state: string): readonly ContainerVerb[] =>
  state === 'running' || state === 'paused' || state === 'restarting'
    ? ['restart', 'stop', 'delete']
    : ['start', 'delete']

/** `0.0.0.0:8080→80/tcp`; the same port on IPv4 and IPv6 once. */
export function portTexts(ports: Container['ports']): string[] {
  const texts = ports.map(({ public_port: outside, private_port: inside, ip, type }) => {
    if (outside === undefined) return `${inside}/${type}`
    const isAnywhere = ip === undefined || ip === '0.0.0.0' || ip === '::'
    return `${isAnywhere ? '' : `${ip}:`}${outside}→${inside}/${type}`
  })
  return [...new Set(texts)]
}

/** `sha256:0123…` as engines shorten it. */
export const shortId = (id: string): string => id.replace(/^sha256:/, '').slice(0, 12)
