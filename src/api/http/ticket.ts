import { forbidden } from '../../contract/errors.ts'
import { type Permission, can } from '../../monitor/auth/permissions.ts'
import type { Tickets } from '../../monitor/auth/tickets.ts'
import type { Admission } from './admission.ts'
import { gateOf, requireUser } from './authenticate.ts'
import { bearerToken, invalidTicket } from './gate.ts'

/**
 * Lets users with this permission pass, by their token or by a ticket in the address: a download that the browser makes
 * itself sends no header. Each ticket opens one.
 */
export function requireUserOrTicket(permission: Permission, tickets: Pick<Tickets, 'redeem'>): Admission {
  const byToken = requireUser(permission)
  return async function authenticate(c) {
    const ticket = c.req.query('ticket')
    if (ticket === undefined || bearerToken(c) !== null) return await byToken(c)
    const actor = (await tickets.redeem(ticket)) ?? (await gateOf(c).refuse(c, invalidTicket()))
    c.set('actor', actor)
    if (!can(actor, permission)) throw forbidden('没有权限执行此操作', 'You are not allowed to do this')
  }
}
