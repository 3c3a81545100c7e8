import type { ContainerActionAnswer, ContainerAnswer, ImageAnswer } from '../../../contract/operations/docker.ts'
import { AppError } from '../../../contract/errors.ts'
import { EngineContainers, EngineImages, EngineInspection, containerOf, imagesOf } from './engine-answers.ts'
import type { Engine } from './engine.ts'
import { fitList } from './fit.ts'

/** What stop and restart may take beyond the grace that the container gets. */
const BEYOND_GRACE_MS = 15_000
const DEFAULT_GRACE_S = 10
const DELETE_TIMEOUT_MS = 60_000

/** All containers, also those that do not run. */
export async function listContainers(engine: Engine, signal?: AbortSignal): Promise<ContainerAnswer> {
  const found = await engine.ask(EngineContainers, { path: ['containers', 'json'], query: { all: true }, signal })
  const { list, truncated } = fitList(found.map(containerOf), (each) => ({ ...each, labels: {}, mounts: [] }))
  return { containers: list, ...(truncated ? { truncated } : {}) }
}

export async function listImages(engine: Engine, signal?: AbortSignal): Promise<ImageAnswer> {
  const found = await engine.ask(EngineImages, { path: ['images', 'json'], signal })
  const { list, truncated } = fitList(imagesOf(found), (each) => each)
  return { images: list, ...(truncated ? { truncated } : {}) }
}

/** Starts, stops or restarts; doing again what is so already succeeds. Answers with the state it is in afterwards. */
export async function controlContainer(
  engine: Engine,
  verb: 'start' | 'stop' | 'restart',
  { id, timeout_s }: { id: string; timeout_s?: number | undefined },
): Promise<ContainerActionAnswer> {
  await engine.tell({
    method: 'POST',
    path: ['containers', id, verb],
    query: { t: verb === 'start' ? undefined : timeout_s },
    timeoutMs: (timeout_s ?? DEFAULT_GRACE_S) * 1000 + BEYOND_GRACE_MS,
  })
  return stateOf(engine, id)
}

async function stateOf(engine: Engine, id: string): Promise<ContainerActionAnswer> {
  try {
    const { Id, State } = await engine.ask(EngineInspection, { path: ['containers', id, 'json'] })
    return { success: true, id: Id, state: State.Status }
  } catch (error) {
    // `docker run --rm`: it was stopped, and with that it is gone.
    if (error instanceof AppError && error.status === 404) return { success: true, id, state: 'removed' }
    throw error
  }
}

/** Removes a container; one that runs only with `force`, else the engine says CONFLICT. */
export async function deleteContainer(
  engine: Engine,
  { id, force, volumes }: { id: string; force: boolean; volumes: boolean },
): Promise<ContainerActionAnswer> {
  const { Id } = await engine.ask(EngineInspection, { path: ['containers', id, 'json'] })
  await engine.tell({
    method: 'DELETE',
    path: ['containers', Id],
    query: { force, v: volumes },
    timeoutMs: DELETE_TIMEOUT_MS,
  })
  return { success: true, id: Id, state: 'removed' }
}
