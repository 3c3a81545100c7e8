/** The few methods of the program's logger that the database code uses; any pino logger fits. */
export interface DatabaseLogger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}
