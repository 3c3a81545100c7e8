import type { UserRole } from '../../contract/common.ts'
import type { Database } from '../../db/open.ts'
import { appendAudit } from '../audit/audit.store.ts'
import type { Unit, Units } from '../changes/units.ts'
import type { Actor, UserActor } from './actor.ts'
import { lastAdmin, userNotFound, usernameTaken, wrongCurrentPassword } from './auth.errors.ts'
import type { Passwords } from './passwords.ts'
import {
  type UserRow,
  changeUser,
  countUsers,
  deleteUser,
  findUserById,
  findUserByName,
  insertUser,
  listUsers,
  lockActiveAdmins,
  lockFirstStart,
} from './users.store.ts'

export interface NewUser {
  username: string
  password: string
  role: UserRole
  email?: string | null | undefined
}
export interface UserChange {
  password?: string | undefined
  role?: UserRole | undefined
  email?: string | null | undefined
  disabled?: boolean | undefined
}

const system: Actor = { kind: 'system', name: 'first-start' }

/** The people of a monitor. Every change voids the tokens issued before it, and is in the audit log. */
export function createUsers(parts: {
  database: Database
  units: Units
  passwords: Passwords
  clock: () => number
  /** A password that nobody can guess. */
  newPassword: () => string
}) {
  const { database, units, passwords, clock, newPassword } = parts

  async function add(
    unit: Unit,
    actor: Actor,
    user: NewUser & { passwordHash: string; passwordIsFirst?: boolean },
  ): Promise<UserRow> {
    const { username, role, passwordHash, email = null, passwordIsFirst = false } = user
    const row = await insertUser(unit.tx, { username, email, role, passwordHash, passwordIsFirst })
    if (!row) throw usernameTaken(username)
    await appendAudit(unit.tx, { actor, action: 'user.create', target: username, details: { role } })
    return row
  }

  /** Throws CONFLICT when without this user no active admin is left. */
  async function demandOtherAdmin(unit: Unit, userId: number): Promise<void> {
    const admins = await lockActiveAdmins(unit.tx)
    if (admins.length === 1 && admins[0] === userId) throw lastAdmin()
  }

  async function change(
    unit: Unit,
    actor: Actor,
    userId: number,
    wanted: Omit<UserChange, 'password'> & { passwordHash?: string },
  ): Promise<UserRow> {
    const { passwordHash, role, email, disabled } = wanted
    if (disabled || (role !== undefined && role !== 'admin')) await demandOtherAdmin(unit, userId)
    const disabledAt = disabled === undefined ? {} : { disabledAt: disabled ? new Date(clock()) : null }
    const row = await changeUser(unit.tx, userId, { passwordHash, role, email, ...disabledAt })
    if (!row) throw userNotFound()
    const details = { role, email, disabled, ...(passwordHash && { password: 'changed' }) }
    await appendAudit(unit.tx, { actor, action: 'user.change', target: row.username, details })
    unit.emit('user_changed', { user_id: userId })
    return row
  }

  return {
    /**
     * On the first start makes `admin`, with this password or a random one, which is returned this once. Later starts
     * change nothing.
     */
    async ensureAdmin(password?: string): Promise<{ created: boolean; password?: string }> {
      if ((await countUsers(database.db)) > 0) return { created: false }
      const chosen = password ?? newPassword()
      const passwordHash = await passwords.hash(chosen)
      const created = await units.run(async (unit) => {
        await lockFirstStart(unit.tx)
        if ((await countUsers(unit.tx)) > 0) return false
        const passwordIsFirst = password === undefined
        await add(unit, system, { username: 'admin', password: chosen, role: 'admin', passwordHash, passwordIsFirst })
        return true
      })
      return created && password === undefined ? { created, password: chosen } : { created }
    },

    list: (page: { limit: number; offset: number }) => listUsers(database.db, page),

    /** Throws NOT_FOUND. */
    async get(userId: number): Promise<UserRow> {
      const row = await findUserById(database.db, userId)
      if (!row) throw userNotFound()
      return row
    },

    /** Throws NOT_FOUND. */
    async getByName(username: string): Promise<UserRow> {
      const row = await findUserByName(database.db, username)
      if (!row) throw userNotFound()
      return row
    },

    /** Throws CONFLICT when the name is taken, in whatever case. */
    async create(actor: Actor, user: NewUser): Promise<UserRow> {
      const passwordHash = await passwords.hash(user.password)
      return await units.run((unit) => add(unit, actor, { ...user, passwordHash }))
    },

    /** Throws NOT_FOUND, or CONFLICT when no active admin would be left. */
    async update(actor: Actor, userId: number, { password, ...rest }: UserChange): Promise<UserRow> {
      const passwordHash = password === undefined ? undefined : await passwords.hash(password)
      return await units.run((unit) => change(unit, actor, userId, { ...rest, ...(passwordHash && { passwordHash }) }))
    },

    /** Throws FORBIDDEN when the current password is not the one given. */
    async changeOwnPassword(actor: UserActor, given: { current: string; next: string }): Promise<UserRow> {
      const row = await findUserById(database.db, actor.userId)
      if (!(await passwords.verify(given.current, row?.passwordHash ?? null))) throw wrongCurrentPassword()
      const passwordHash = await passwords.hash(given.next)
      return await units.run((unit) => change(unit, actor, actor.userId, { passwordHash }))
    },

    /** Voids every token of this user, in whatever browser or script it is; open sockets end too. */
    async endOwnSessions(actor: UserActor): Promise<UserRow> {
      return await units.run(async (unit) => {
        const row = await changeUser(unit.tx, actor.userId, {})
        if (!row) throw userNotFound()
        await appendAudit(unit.tx, { actor, action: 'auth.sessions_ended', target: row.username, details: {} })
        unit.emit('user_changed', { user_id: row.id })
        return row
      })
    },

    /** Throws NOT_FOUND, or CONFLICT when no active admin would be left. */
    async remove(actor: Actor, userId: number): Promise<void> {
      await units.run(async (unit) => {
        const row = await findUserById(unit.tx, userId)
        if (!row) throw userNotFound()
        await demandOtherAdmin(unit, userId)
        await deleteUser(unit.tx, userId)
        await appendAudit(unit.tx, { actor, action: 'user.delete', target: row.username, details: { role: row.role } })
        unit.emit('user_changed', { user_id: userId })
      })
    },
  }
}
export type Users = ReturnType<typeof createUsers>
