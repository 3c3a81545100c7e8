import { z } from 'zod'
import { Password, Username } from '../auth.ts'
import { IsoTime, UserRole } from '../common.ts'

/** A user as Better Monitor shows it (spec: 认证接口). */
const Account = z
  .object({ id: z.number().int(), username: z.string(), role: UserRole, last_login_at: IsoTime.nullable() })
  .meta({ id: 'BmAccount' })

export const AccountLogin = z.object({ token: z.string(), user: Account }).meta({ id: 'BmLogin' })

/** Body of `POST /api/auth/register`; `role` counts only with an admin's token. */
export const AccountRegistration = z
  .object({ username: Username, password: Password, role: UserRole.optional(), email: z.email().max(254).optional() })
  .meta({ id: 'BmRegistration' })
export const AccountCreated = z.object({ message: z.string(), user: Account }).meta({ id: 'BmRegistered' })
