import type { z } from 'zod'
import type { UserRole } from '../../../../contract/common.ts'

export type Role = z.infer<typeof UserRole>

/** From all rights to none; the dashboard imports only types of the contract. */
export const roles: readonly Role[] = ['admin', 'operator', 'user', 'viewer']
