import type { Database } from '../../db/open.ts'
import type { Bus } from '../../platform/bus.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { Units } from '../changes/units.ts'
import type { UserActor } from './actor.ts'
import { sessionTooOld, userGone, wrongLogin } from './auth.errors.ts'
import type { Passwords } from './passwords.ts'
import { createLogQuota } from './log-quota.ts'
import { createRecentReads } from './recent-reads.ts'
import type { TokenClaims, Tokens } from './tokens.ts'
import { type UserRow, findUserById, findUserByName, recordLogin } from './users.store.ts'

/** A token as it is handed out. */
export interface IssuedToken {
  token: string
  expiresInS: number
}

const tokenLifeS = 1_800
const sessionLifeS = 12 * 3_600
const maxAgeMs = 5_000
const maxUsers = 10_000
/** Of failed logins: who guesses must not fill the audit log. */
const failuresLoggedPerMinute = 60

/** Logins and what comes of them. A token is checked without a query when its user was read a moment ago. */
export function createSessions(parts: {
  database: Database
  units: Units
  bus: Bus<MonitorEvents>
  tokens: Tokens
  passwords: Passwords
  clock: () => number
}) {
  const { database, units, bus, tokens, passwords, clock } = parts
  const users = createRecentReads<number, UserRow>({
    load: (id) => findUserById(database.db, id),
    maxAgeMs,
    maxEntries: maxUsers,
    clock,
  })
  const failures = createLogQuota({ perMinute: failuresLoggedPerMinute, clock })
  bus.on('user_changed', ({ user_id }) => users.forget((id) => id === user_id))
  bus.on('events_missed', () => users.forget(() => true))

  const nowS = () => Math.floor(clock() / 1000)

  async function issue(user: UserRow, authTime: number): Promise<IssuedToken> {
    const expiresInS = Math.min(tokenLifeS, authTime + sessionLifeS - nowS())
    const subject = { userId: user.id, role: user.role, version: user.tokenVersion, authTime }
    return { token: await tokens.sign('api', subject, expiresInS), expiresInS }
  }

  /** The user of genuine claims; `null` when it is gone, disabled, or changed since they were signed. */
  async function userOf(claims: Pick<TokenClaims, 'sub' | 'ver'>): Promise<UserRow | null> {
    const user = users.fresh(claims.sub) ?? (await users.read(claims.sub))
    return user && user.disabledAt === null && user.tokenVersion === claims.ver ? user : null
  }

  /** An unknown name may be a password in the wrong field: it is not kept. */
  async function logFailure(username: string | null, reason: string, ip: string): Promise<void> {
    const turn = failures.next()
    if (!turn.isLogged) return
    const actor = { kind: 'system' as const, name: 'login' }
    const details = { reason, ip, not_logged_before: turn.notLogged }
    await units.run(({ tx }) => appendAudit(tx, { actor, action: 'auth.login_failed', target: username, details }))
  }

  return {
    /** A new token for the right password (spec: 15). Throws UNAUTHORIZED, always the same. */
    async login(given: { username: string; password: string; ip: string }): Promise<IssuedToken & { user: UserRow }> {
      const found = await findUserByName(database.db, given.username)
      const isRight = await passwords.verify(given.password, found?.passwordHash ?? null)
      if (!found || !isRight) {
        await logFailure(found?.username ?? null, found ? 'wrong_password' : 'unknown_user', given.ip)
        throw wrongLogin()
      }
      const user = await units.run(async ({ tx }) => {
        const row = await recordLogin(tx, found, new Date(clock()))
        if (!row) return null
        const actor = { kind: 'user' as const, username: row.username }
        await appendAudit(tx, { actor, action: 'auth.login', target: row.username, details: { ip: given.ip } })
        return row
      })
      if (!user) {
        await logFailure(found.username, 'disabled', given.ip)
        throw wrongLogin()
      }
      return { ...(await issue(user, nowS())), user }
    },

    /** A new token for a valid one, until 12 h after the login (spec: 16). Throws UNAUTHORIZED. */
    async refresh(token: string): Promise<IssuedToken> {
      const verified = await tokens.verify('api', token)
      const user = verified.ok ? await userOf(verified.claims) : null
      if (!verified.ok || !user) throw userGone()
      if (nowS() >= verified.claims.auth_time + sessionLifeS) throw sessionTooOld()
      return await issue(user, verified.claims.auth_time)
    },

    /** A token for a user who has just proved who it is. */
    issueFor: (user: UserRow): Promise<IssuedToken> => issue(user, nowS()),

    /** Whose token this is, and what it says. */
    async authenticate(
      token: string,
    ): Promise<{ ok: true; actor: UserActor; claims: TokenClaims } | { ok: false; reason: 'expired' | 'invalid' }> {
      const verified = await tokens.verify('api', token)
      if (!verified.ok) return verified
      const user = await userOf(verified.claims)
      return user ? { ok: true, actor: actorOf(user), claims: verified.claims } : { ok: false, reason: 'invalid' }
    },

    /** The actor of claims that were signed for another use than requests. */
    async actorOfClaims(claims: Pick<TokenClaims, 'sub' | 'ver'>): Promise<UserActor | null> {
      const user = await userOf(claims)
      return user && actorOf(user)
    },

    /** The claims for a ticket of this user. */
    async versionOf(actor: UserActor): Promise<number> {
      const user = users.fresh(actor.userId) ?? (await users.read(actor.userId))
      if (!user) throw userGone()
      return user.tokenVersion
    },
  }
}
export type Sessions = ReturnType<typeof createSessions>

function actorOf(user: UserRow): UserActor {
  return { kind: 'user', userId: user.id, username: user.username, role: user.role }
}
