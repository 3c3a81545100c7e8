import { type AppError, invalidRequest } from '../../../contract/errors.ts'
import { nameOnDisk, shownName } from './file-name.ts'

const MAX_NAME_BYTES = 255

/** An absolute path as the names of its components, the way the disk has them; `/` has none. */
export type Names = readonly Buffer[]

/**
 * Reads a path that somebody asked for. Nothing is normalised but doubled and trailing slashes: `.` and `..`, which mean
 * another folder wherever a link is on the way, throw INVALID_REQUEST, and so does what cannot be a path.
 */
export function parsePath(text: string): Names {
  if (!text.startsWith('/')) throw notAPath(text, '必须是绝对路径', 'must be absolute')
  if (text.includes('\0')) throw notAPath(text, '不能包含 NUL', 'must not hold a NUL')
  return text
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      if (part === '.' || part === '..') throw notAPath(text, '不能包含 . 或 ..', 'must not hold . or ..')
      const name = nameOnDisk(part)
      if (name === null) throw notAPath(text, '含有无法识别的转义', 'holds an escape that no listing writes')
      if (name.length > MAX_NAME_BYTES) throw notAPath(text, '名称超过 255 字节', 'holds a name of more than 255 bytes')
      return name
    })
}

/**
 * Where the link at `at` leads, as names from `/`. The components before the link are folders, never links themselves, so
 * `..` at the start of the target means what it says; one behind another link is taken by name, which can only lead to a
 * folder that is judged anew.
 */
export function linkedNames(at: Names, target: Buffer): Names {
  const text = target.toString('latin1')
  const names = text.startsWith('/') ? [] : at.slice(0, -1)
  for (const part of text.split('/')) {
    if (part === '' || part === '.') continue
    if (part === '..') names.pop()
    else names.push(Buffer.from(part, 'latin1'))
  }
  return names
}

export const shownPath = (names: Names): string => `/${names.map(shownName).join('/')}`

/** Whether `names` is `folder` or lies below it. */
export function isWithin(names: Names, folder: Names): boolean {
  return folder.length <= names.length && folder.every((name, at) => names[at]?.equals(name))
}

function notAPath(path: string, zh: string, en: string): AppError {
  return invalidRequest(`路径${zh}`, `The path ${en}`, { details: { field: 'path', path: path.slice(0, 1024) } })
}
