import { z } from 'zod'
import { IsoTime } from '../common.ts'

/** Name or id of a container as people and the engine write them; nothing that could leave its place in a path. */
export const ContainerRef = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,254}$/, 'a container id or name: letters, digits, "_", "." and "-"')

/** Name of a compose project, as compose itself allows it. */
export const ComposeName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,127}$/, 'a compose project: lower case letters, digits, "_" and "-"')

const ContainerPort = z.object({
  private_port: z.number().int(),
  public_port: z.number().int().optional(),
  ip: z.string().optional(),
  type: z.string(),
})
const ContainerMount = z.object({
  type: z.string(),
  source: z.string(),
  destination: z.string(),
  mode: z.string(),
  rw: z.boolean(),
})

export const Container = z
  .object({
    id: z.string(),
    name: z.string(),
    image: z.string(),
    /** As the engine says it: `Up 2 hours (healthy)`. */
    status: z.string(),
    /** `running`, `exited`, `created`, `paused`, `restarting`, `dead`. */
    state: z.string(),
    created: IsoTime,
    ports: z.array(ContainerPort),
    command: z.string(),
    mounts: z.array(ContainerMount),
    labels: z.record(z.string(), z.string()),
    compose_project: z.string().optional(),
  })
  .meta({ id: 'Container' })
export type Container = z.infer<typeof Container>

/** `truncated`: labels, mounts or whole containers were left out because the answer would not have fitted. */
export const ContainerAnswer = z
  .object({ containers: z.array(Container), truncated: z.boolean().optional() })
  .meta({ id: 'ContainerAnswer' })
export type ContainerAnswer = z.infer<typeof ContainerAnswer>

export const Image = z
  .object({
    id: z.string(),
    repository: z.string(),
    tag: z.string(),
    created: IsoTime,
    /** Bytes. */
    size: z.number(),
  })
  .meta({ id: 'Image' })
export type Image = z.infer<typeof Image>

export const ImageAnswer = z
  .object({ images: z.array(Image), truncated: z.boolean().optional() })
  .meta({ id: 'ImageAnswer' })
export type ImageAnswer = z.infer<typeof ImageAnswer>

export const ContainerParams = z.object({ id: ContainerRef })
/** Seconds that the container gets between the polite signal and the hard one; absent: its own setting. */
const Grace = { timeout_s: z.number().int().min(0).max(120).optional() }
export const ContainerStopParams = ContainerParams.extend(Grace)
/** `force` also removes one that runs; `volumes` removes its anonymous volumes too. */
export const ContainerDeleteParams = ContainerParams.extend({
  force: z.boolean().default(false),
  volumes: z.boolean().default(false),
})

/** `state`: what it is afterwards; `removed` after a delete. */
export const ContainerActionAnswer = z
  .object({ success: z.boolean(), id: z.string(), state: z.string() })
  .meta({ id: 'ContainerActionAnswer' })
export type ContainerActionAnswer = z.infer<typeof ContainerActionAnswer>

export const LogsParams = ContainerParams.extend({
  /** How many of the newest lines. */
  tail: z.number().int().min(0).max(100_000).default(200),
  /** `10m`, `24h`, an ISO time or Unix seconds. */
  since: z
    .string()
    .regex(/^[0-9A-Za-z:.+-]{1,40}$/)
    .optional(),
  timestamps: z.boolean().default(false),
})
export type LogsParams = z.infer<typeof LogsParams>

/** `truncated`: the oldest of the lines asked for were left out because there were too many bytes. */
export const LogsAnswer = z.object({ logs: z.string(), truncated: z.boolean() }).meta({ id: 'LogsAnswer' })
export type LogsAnswer = z.infer<typeof LogsAnswer>

/** `down`: known, but it has no container. */
export const ComposeStatus = z.enum(['running', 'partial', 'exited', 'down'])
export type ComposeStatus = z.infer<typeof ComposeStatus>

export const ComposeProject = z
  .object({
    name: z.string(),
    status: ComposeStatus,
    container_count: z.number().int(),
    config_files: z.array(z.string()),
    working_dir: z.string(),
  })
  .meta({ id: 'ComposeProject' })
export type ComposeProject = z.infer<typeof ComposeProject>

export const ComposeAnswer = z.object({ composes: z.array(ComposeProject) }).meta({ id: 'ComposeAnswer' })
export type ComposeAnswer = z.infer<typeof ComposeAnswer>

export const ComposeParams = z.object({ project: ComposeName })
