import { z } from 'zod'
import type { Container, Image } from '../../../contract/operations/docker.ts'

const Text = z.string().catch('')
const Labels = z.record(z.string(), z.string()).nullish()

/** What is used of one entry of `GET /containers/json`. Engines leave out what is empty, so nearly all may be absent. */
export const EngineContainers = z.array(
  z.object({
    Id: z.string(),
    Names: z.array(z.string()).nullish(),
    Image: Text,
    Command: Text,
    Created: z.union([z.number(), z.string()]),
    State: Text,
    Status: Text,
    Labels,
    Ports: z
      .array(
        z.object({
          IP: z.string().optional(),
          PrivatePort: z.number(),
          PublicPort: z.number().optional(),
          Type: z.string().default('tcp'),
        }),
      )
      .nullish(),
    Mounts: z
      .array(
        z.object({
          Type: Text,
          Name: z.string().optional(),
          Source: Text,
          Destination: Text,
          Mode: Text,
          RW: z.boolean().catch(false),
        }),
      )
      .nullish(),
  }),
)
export type EngineContainer = z.infer<typeof EngineContainers>[number]

export const EngineImages = z.array(
  z.object({
    Id: z.string(),
    RepoTags: z.array(z.string()).nullish(),
    RepoDigests: z.array(z.string()).nullish(),
    Created: z.number(),
    Size: z.number(),
  }),
)

export const EngineInspection = z.object({
  Id: z.string(),
  State: z.object({ Status: z.string() }),
  Config: z.object({ Tty: z.boolean().default(false) }),
})

/** Seconds since 1970 from Docker; Podman says some of them as text. */
function isoOf(created: number | string): string {
  const at = typeof created === 'number' ? new Date(created * 1000) : new Date(created)
  return Number.isNaN(at.getTime()) ? new Date(0).toISOString() : at.toISOString()
}

export function containerOf(found: EngineContainer): Container {
  const labels = found.Labels ?? {}
  const project = labels['com.docker.compose.project']
  return {
    id: found.Id,
    name: (found.Names?.[0] ?? found.Id.slice(0, 12)).replace(/^\//, ''),
    image: found.Image,
    status: found.Status,
    state: found.State,
    created: isoOf(found.Created),
    ports: (found.Ports ?? []).map((port) => ({
      private_port: port.PrivatePort,
      ...(port.PublicPort === undefined ? {} : { public_port: port.PublicPort }),
      ...(port.IP === undefined || port.IP === '' ? {} : { ip: port.IP }),
      type: port.Type,
    })),
    command: found.Command,
    mounts: (found.Mounts ?? []).map((mount) => ({
      type: mount.Type,
      source: mount.Type === 'volume' ? (mount.Name ?? mount.Source) : mount.Source,
      destination: mount.Destination,
      mode: mount.Mode,
      rw: mount.RW,
    })),
    labels,
    ...(project === undefined ? {} : { compose_project: project }),
  }
}

/** One entry for each tag; an image without one is `<none>`, as Docker itself writes it. */
export function imagesOf(found: z.infer<typeof EngineImages>): Image[] {
  return found.flatMap((image) => {
    const digestOnly = image.RepoDigests?.[0]?.split('@')[0]
    const tags = image.RepoTags?.length ? image.RepoTags : [`${digestOnly ?? '<none>'}:<none>`]
    return tags.map((name) => {
      const colon = name.lastIndexOf(':')
      return {
        id: image.Id,
        repository: name.slice(0, colon),
        tag: name.slice(colon + 1),
        created: isoOf(image.Created),
        size: image.Size,
      }
    })
  })
}
