import { boolean, integer, pgTable, text, uniqueIndex } from 'drizzle-orm/pg-core'
import { sql } from 'drizzle-orm'
import type { UserRole } from '../../contract/common.ts'
import { moment, rowId } from './columns.ts'

export const users = pgTable(
  'users',
  {
    id: rowId(),
    username: text('username').notNull(),
    email: text('email'),
    /** argon2id in PHC form. */
    passwordHash: text('password_hash').notNull(),
    /** The password was made at the first start and printed: its owner is asked for one of their own. */
    passwordIsFirst: boolean('password_is_first').notNull().default(false),
    role: text('role').$type<UserRole>().notNull(),
    /** Raised to end every token of this user at once. */
    tokenVersion: integer('token_version').notNull().default(1),
    createdAt: moment('created_at').notNull().defaultNow(),
    lastLoginAt: moment('last_login_at'),
    disabledAt: moment('disabled_at'),
  },
  (t) => [uniqueIndex('users_username_key').on(sql`lower(${t.username})`)],
)
