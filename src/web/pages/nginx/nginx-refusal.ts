import type { Failure } from '../../api/client.ts'

/** Why nginx did not take a text: its own words, and the line of the text they are about, when they are about it. */
export interface Refusal {
  message: string
  line: number | null
  /** All that nginx printed. */
  output: string
}

const nameIn = (path: string) => path.split('/').at(-1)

/**
 * What a 422 of the nginx endpoints says about the file at `path`. nginx names an enabled site by the link to it, so names
 * of files are compared. A message about another file keeps its place in the words alone. Null for other failures.
 */
export function refusalOf(failure: Failure, path: string): Refusal | null {
  if (failure.status !== 422) return null
  const { message, file, line, output } = failure.details
  const isHere = typeof file === 'string' && nameIn(file) === nameIn(path)
  return {
    message: typeof message === 'string' && isHere ? message : failure.message,
    line: isHere && typeof line === 'number' ? line : null,
    output: typeof output === 'string' ? output : '',
  }
}
