import { z } from 'zod'

/** What is needed of the engine's `GET /containers/json?all=1`. */
export const ContainerList = z.array(
  z.object({ Id: z.string(), Names: z.array(z.string()), State: z.string(), Status: z.string() }),
)
export type ContainerList = z.infer<typeof ContainerList>

/** How a named container is: running and not unhealthy is well. */
export function containerHealth(
  containers: ContainerList,
  name: string,
): { well: boolean; state: string; status: string } {
  const found = containers.find((container) => container.Names.includes(`/${name}`) || container.Names.includes(name))
  if (!found) return { well: false, state: 'missing', status: '' }
  return {
    well: found.State === 'running' && !found.Status.includes('(unhealthy)'),
    state: found.State,
    status: found.Status,
  }
}
