import { constants } from 'node:fs'
import { glob, open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type Directive, parseConfig } from './directives.ts'

/** A directive and the file it stands in, its places counted in bytes; blocks hold what their includes brought. */
export interface PlacedDirective extends Directive {
  file: string
  block: PlacedDirective[] | null
}

export interface EffectiveConfig {
  directives: PlacedDirective[]
  /** The bytes of every file that was read, as Latin-1, by path. */
  files: Map<string, string>
  /** Files that could not be read or understood, and why. */
  problems: string[]
}

const MAX_FILES = 2_000
const MAX_FILE_BYTES = 1_048_576
const MAX_TOTAL_BYTES = 16 * 1_048_576
const MAX_INCLUDE_DEPTH = 16

/**
 * The whole configuration with its includes put in, read without nginx, so that a broken one can be looked at too. Files
 * that are missing or too large stand in `problems`.
 */
export async function readEffectiveConfig(configPath: string): Promise<EffectiveConfig> {
  const files = new Map<string, string>()
  const problems: string[] = []
  const folder = dirname(configPath)
  let totalBytes = 0

  async function readOnce(file: string): Promise<string | null> {
    const known = files.get(file)
    if (known !== undefined) return known
    if (files.size >= MAX_FILES || totalBytes >= MAX_TOTAL_BYTES) {
      problems.push(`${file} was not read: the configuration has too many files`)
      return null
    }
    const text = await readText(file).catch((error: Error) => {
      problems.push(error.message)
      return null
    })
    if (text === null) return null
    totalBytes += text.length
    files.set(file, text)
    return text
  }

  async function parsed(file: string, depth: number): Promise<PlacedDirective[]> {
    const text = await readOnce(file)
    if (text === null) return []
    const { directives, problem } = parseConfig(text)
    if (problem) problems.push(`${problem.text} in ${file}:${problem.line}`)
    return placed(directives, file, depth)
  }

  async function placed(directives: readonly Directive[], file: string, depth: number): Promise<PlacedDirective[]> {
    const result: PlacedDirective[] = []
    for (const directive of directives) {
      const pattern = directive.name === 'include' ? directive.args[0] : undefined
      result.push({ ...directive, file, block: directive.block && (await placed(directive.block, file, depth)) })
      if (pattern === undefined || depth >= MAX_INCLUDE_DEPTH) continue
      for (const included of await matching(resolve(folder, pattern)))
        result.push(...(await parsed(included, depth + 1)))
    }
    return result
  }

  const directives = await parsed(configPath, 0)
  return { directives, files, problems }
}

async function matching(pattern: string): Promise<string[]> {
  if (!/[*?[]/.test(pattern)) return [pattern]
  const found: string[] = []
  for await (const file of glob(pattern)) {
    if (found.length >= MAX_FILES) break
    found.push(file)
  }
  return found.sort()
}

async function readText(file: string): Promise<string> {
  // Not blocking: a pipe among the included files must not hold this node up.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read (${error.code})`, { cause: error })
  })
  try {
    const stats = await handle.stat()
    if (!stats.isFile()) throw new Error(`${file} was not read: it is no regular file`)
    if (stats.size > MAX_FILE_BYTES) throw new Error(`${file} was not read: it is too large (${stats.size} bytes)`)
    return await handle.readFile('latin1')
  } finally {
    await handle.close()
  }
}

/** The first argument of a directive outside of all blocks; the last one wins as in nginx. */
export function topLevel(directives: readonly Directive[], name: string): string | undefined {
  return directives.findLast((directive) => directive.name === name)?.args[0]
}
