import { resolve } from 'node:path'
import {
  ComposeName,
  type ComposeProject,
  type ComposeStatus,
  type Container,
} from '../../../contract/operations/docker.ts'

/** Where a project lies: enough to bring it up again when none of its containers is left. */
export interface ComposePlace {
  name: string
  config_files: string[]
  working_dir: string
  env_files: string[]
}

const PREFIX = 'com.docker.compose'

/** What the labels of a container tell of its project; null when it has none, or one whose name no compose would have made. */
export function placeOf({ labels }: Pick<Container, 'labels'>): ComposePlace | null {
  const name = labels[`${PREFIX}.project`]
  if (name === undefined || !ComposeName.safeParse(name).success) return null
  const workingDir = resolve('/', labels[`${PREFIX}.project.working_dir`] ?? '/')
  const files = (label: string): string[] =>
    (labels[`${PREFIX}.${label}`] ?? '')
      .split(',')
      .filter((file) => file !== '' && file !== '-')
      .map((file) => resolve(workingDir, file))
  return {
    name,
    config_files: files('project.config_files'),
    working_dir: workingDir,
    env_files: files('project.environment_file'),
  }
}

/** One project as a whole: all of its containers run, some, none, or there are none. */
function statusOf(states: readonly string[]): ComposeStatus {
  if (states.length === 0) return 'down'
  const running = states.filter((state) => state === 'running').length
  if (running === states.length) return 'running'
  return running === 0 ? 'exited' : 'partial'
}

/** The projects that the containers show and those that are only known, by name. What the labels say now counts more. */
export function projectsOf(
  containers: readonly Pick<Container, 'labels' | 'state'>[],
  known: readonly ComposePlace[],
): { places: ComposePlace[]; projects: ComposeProject[] } {
  const places = new Map(known.map((place) => [place.name, place]))
  const states = new Map<string, string[]>()
  for (const container of containers) {
    const place = placeOf(container)
    if (!place) continue
    if (place.config_files.length > 0 || !places.has(place.name)) places.set(place.name, place)
    // A one-off (`compose run`) is no part of what is up.
    if (container.labels[`${PREFIX}.oneoff`]?.toLowerCase() === 'true') continue
    states.set(place.name, [...(states.get(place.name) ?? []), container.state])
  }
  const sorted = [...places.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  return {
    places: sorted,
    projects: sorted.map(({ name, config_files, working_dir }) => {
      const own = states.get(name) ?? []
      return { name, status: statusOf(own), container_count: own.length, config_files, working_dir }
    }),
  }
}
