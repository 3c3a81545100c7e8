import { forbidden, serviceUnavailable } from '../../contract/errors.ts'
import type { Actor, NodeActor, UserActor } from '../../monitor/auth/actor.ts'
import { type Permission, can } from '../../monitor/auth/permissions.ts'
import type { Admission } from './admission.ts'
import type { ApiContext, Gate } from './api-env.ts'

const users: ReadonlySet<Actor['kind']> = new Set(['user'] as const)
const nodes: ReadonlySet<Actor['kind']> = new Set(['node'] as const)
const both: ReadonlySet<Actor['kind']> = new Set(['user', 'node'] as const)

/** Lets only users with this permission pass. */
export function requireUser(permission: Permission): Admission {
  return requireActor(users, permission)
}

/** Lets only nodes pass, by their key. */
export function requireNode(): Admission {
  return requireActor(nodes, 'report')
}

/** Lets users and nodes with this permission pass. */
export function requireAny(permission: Permission): Admission {
  return requireActor(both, permission)
}

function requireActor(accepted: ReadonlySet<Actor['kind']>, permission: Permission): Admission {
  function take(c: ApiContext, actor: Actor): void | Promise<void> {
    c.set('actor', actor)
    if (!can(actor, permission)) return refuse(c)
  }

  return function authenticate(c) {
    const identified = gateOf(c).identify(c, accepted)
    // A key or token seen a moment ago is answered without waiting.
    return identified instanceof Promise ? identified.then((actor) => take(c, actor)) : take(c, identified)
  }
}

async function refuse(c: ApiContext): Promise<never> {
  await gateOf(c).limit(c, 'queries')
  throw forbidden('没有权限执行此操作', 'You are not allowed to do this')
}

/** The gate of this node; 503 where there is none, because the node has no monitor. */
export function gateOf(c: ApiContext): Gate {
  const gate = c.get('gate')
  if (!gate) throw serviceUnavailable('此节点没有监控服务', 'This node has no monitor')
  return gate
}

/** Who makes this request; only on routes that demand a credential. */
export function actorOf(c: ApiContext): Actor {
  const actor = c.get('actor')
  if (!actor) throw new Error(`the route ${c.req.path} asks for an actor but lets everybody in`)
  return actor
}

/** The user of a route that only users may call. */
export function userOf(c: ApiContext): UserActor {
  const actor = actorOf(c)
  if (actor.kind !== 'user') throw new Error(`the route ${c.req.path} asks for a user but lets others in`)
  return actor
}

/** The node of a route that only nodes may call. */
export function nodeOf(c: ApiContext): NodeActor {
  const actor = actorOf(c)
  if (actor.kind !== 'node') throw new Error(`the route ${c.req.path} asks for a node but lets others in`)
  return actor
}
