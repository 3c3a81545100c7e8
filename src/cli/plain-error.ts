/** A failure whose text tells a person everything: what caused it is kept, but not shown. */
export class PlainError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'PlainError'
  }
}
