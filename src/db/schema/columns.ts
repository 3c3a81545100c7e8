import { bigint, customType, jsonb, timestamp } from 'drizzle-orm/pg-core'

/** A row number made by the database. */
export const rowId = () => bigint('id', { mode: 'number' }).generatedAlwaysAsIdentity().primaryKey()

/** A moment; a Date in the program, UTC on the wire. */
export const moment = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** A JSON object that a node or a person sent. */
export const json = <T>(name: string) => jsonb(name).$type<T>()

/** Raw bytes. */
export const bytes = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' })
