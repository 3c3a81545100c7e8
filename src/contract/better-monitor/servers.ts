import { z } from 'zod'
import { AgentId, HealthStatus, IsoTime, NodeStatus } from '../common.ts'

const Bytes = z.number().int().min(0)

/** A server as Better Monitor shows it (spec: 服务器管理接口): the same row as a node. */
export const Server = z
  .object({
    id: z.number().int(),
    agent_id: AgentId,
    name: z.string(),
    ip: z.string(),
    os: z.string(),
    arch: z.string(),
    cpu_cores: z.number().int(),
    cpu_model: z.string(),
    memory_total: Bytes,
    disk_total: Bytes,
    last_heartbeat: IsoTime.nullable(),
    online: z.boolean(),
    status: NodeStatus,
    health_status: HealthStatus,
    user_id: z.number().int().nullable(),
    tags: z.string(),
    description: z.string(),
    agent_version: z.string(),
  })
  .meta({ id: 'Server' })
export type Server = z.infer<typeof Server>

export const ServerList = z.object({ servers: z.array(Server), total: z.number().int() }).meta({ id: 'ServerList' })
export const ServerAnswer = z.object({ server: Server }).meta({ id: 'ServerAnswer' })

const Name = z.string().trim().min(1).max(256)
const Text = z.string().max(4096)
const Address = z.string().max(253)

/** Body of `POST /api/servers`. */
export const NewServer = z
  .object({
    name: Name,
    ip: Address.default(''),
    description: Text.default(''),
    tags: z.string().max(1024).default(''),
  })
  .meta({ id: 'NewServer' })
export const ServerCreated = z.object({ server: Server, secret_key: z.string() }).meta({ id: 'ServerCreated' })

/** Body of `PUT /api/servers/{id}`; what is absent stays. */
export const ServerChange = z
  .object({
    name: Name,
    ip: Address,
    description: Text,
    tags: z.string().max(1024),
    user_id: z.number().int().min(1).nullable(),
  })
  .partial()
  .meta({ id: 'ServerChange' })

/** Body of `POST /api/servers/register`: what a node says of its host. */
export const ServerFacts = z
  .object({
    name: Name,
    ip: Address.default(''),
    os: z.string().max(256).default(''),
    arch: z.string().max(64).default(''),
    cpu_cores: z.number().int().min(0).max(65_536).default(0),
    cpu_model: z.string().max(256).default(''),
    memory_total: Bytes.default(0),
    disk_total: Bytes.default(0),
    system_info: z.string().max(16_384).optional(),
    agent_version: z.string().max(64).optional(),
  })
  .meta({ id: 'ServerFacts' })
export type ServerFacts = z.infer<typeof ServerFacts>

/** `secret_key` only when the registration token made a new server. */
export const ServerRegistered = z
  .object({ server_id: z.number().int(), agent_id: AgentId, secret_key: z.string().optional() })
  .meta({ id: 'ServerRegistered' })

export const Message = z.object({ message: z.string() }).meta({ id: 'Message' })
