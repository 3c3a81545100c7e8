import { z } from 'zod'
import { AgentId, IsoTime, Timestamp, UserRole, paging } from './common.ts'

export const Username = z
  .string()
  .min(1)
  .max(64)
  .regex(/^[\p{L}\p{N}._@-]+$/u, 'letters, digits, ".", "_", "@" and "-"')
export const Password = z.string().min(8).max(256)

/** Body of `POST /auth/login` (spec: 认证授权接口 15). The limits only keep hostile sizes out; a wrong password is 401. */
export const Login = z
  .object({ username: z.string().min(1).max(64), password: z.string().min(1).max(256) })
  .meta({ id: 'Login' })

export const Token = z
  .object({ access_token: z.string(), token_type: z.literal('bearer'), expires_in: z.number().int() })
  .meta({ id: 'Token' })
export const LoginResult = Token.extend({
  user: z.object({
    username: z.string(),
    email: z.string().nullable(),
    role: UserRole,
    /** The password is still the one that the program made at the first start and printed: one's own is to be set. */
    password_is_first: z.boolean(),
  }),
}).meta({ id: 'LoginResult' })

export const Me = z
  .object({
    user_id: z.number().int(),
    username: z.string(),
    email: z.string().nullable(),
    role: UserRole,
    created_at: IsoTime,
    last_login: IsoTime.nullable(),
  })
  .meta({ id: 'Me' })

/** Body of `POST /auth/api-keys` (spec: 18). */
export const ApiKeyRequest = z
  .object({ agent_id: AgentId, name: z.string().min(1).max(256), expires_at: Timestamp.nullish() })
  .meta({ id: 'ApiKeyRequest' })
export const ApiKeyCreated = z
  .object({
    api_key_id: z.number().int(),
    agent_id: AgentId,
    api_key: z.string(),
    name: z.string(),
    created_at: IsoTime,
    expires_at: IsoTime.nullable(),
  })
  .meta({ id: 'ApiKeyCreated' })

/** `POST /auth/api-keys/{id}/rotate`: for how long the node's other keys stay good. */
export const ApiKeyRotation = z
  .object({ grace_seconds: z.number().int().min(0).max(2_592_000).default(600) })
  .meta({ id: 'ApiKeyRotation' })

export const ApiKeyQuery = z.object({ agent_id: AgentId.optional(), ...paging(50) })
/** Keys as a list shows them: never the key, never its hash. */
export const ApiKeyList = z
  .object({
    total: z.number().int(),
    limit: z.number().int(),
    offset: z.number().int(),
    api_keys: z.array(
      z.object({
        api_key_id: z.number().int(),
        agent_id: AgentId,
        name: z.string(),
        status: z.enum(['active', 'expired', 'revoked']),
        created_at: IsoTime,
        expires_at: IsoTime.nullable(),
        revoked_at: IsoTime.nullable(),
      }),
    ),
  })
  .meta({ id: 'ApiKeyList' })

/** Body of `POST /auth/password`: one's own. */
export const PasswordChange = z
  .object({ current_password: z.string().min(1).max(256), new_password: Password })
  .meta({ id: 'PasswordChange' })

export const User = Me.extend({ disabled: z.boolean() }).meta({ id: 'User' })
export const UserQuery = z.object({ ...paging(50) })
export const UserList = z
  .object({ total: z.number().int(), limit: z.number().int(), offset: z.number().int(), users: z.array(User) })
  .meta({ id: 'UserList' })
export const UserCreate = z
  .object({ username: Username, password: Password, role: UserRole, email: z.email().max(254).nullish() })
  .meta({ id: 'UserCreate' })
/** Body of `PATCH /auth/users/{id}`: what is left out stays. */
export const UserPatch = z
  .object({
    password: Password.optional(),
    role: UserRole.optional(),
    email: z.email().max(254).nullish(),
    disabled: z.boolean().optional(),
  })
  .meta({ id: 'UserPatch' })

/** `POST /auth/ws-ticket`: opens one socket, or one download, within its life, so that no token need stand in a URL. */
export const WsTicket = z.object({ ticket: z.string(), expires_in: z.number().int() }).meta({ id: 'WsTicket' })
