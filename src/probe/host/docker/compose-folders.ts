import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { ComposeName } from '../../../contract/operations/docker.ts'
import type { ComposePlace } from './compose-project.ts'

/** In compose's own order of preference. */
const FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']
const OVERRIDES = [
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yaml',
  'docker-compose.override.yml',
]
const MAX_FOLDERS = 500
const Named = z.object({ name: z.string() })

/** The projects that lie in the configured folders or one level below, whether they are up or not. */
export function projectsInFolders(folders: readonly string[]): ComposePlace[] {
  return folders
    .flatMap((folder) => [folder, ...subfolders(folder)])
    .map(projectAt)
    .filter((place) => place !== null)
}

function subfolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .slice(0, MAX_FOLDERS)
      .map((entry) => join(folder, entry.name))
  } catch (error) {
    if (isAway(error)) return []
    throw error
  }
}

function projectAt(folder: string): ComposePlace | null {
  const main = FILES.find((file) => existsSync(join(folder, file)))
  if (main === undefined) return null
  const override = OVERRIDES.find((file) => existsSync(join(folder, file)))
  const files = override === undefined ? [main] : [main, override]
  const name = projectName(basename(folder), readIfThere(join(folder, main)), readIfThere(join(folder, '.env')))
  if (name === null) return null
  return { name, config_files: files.map((file) => join(folder, file)), working_dir: folder, env_files: [] }
}

/** As compose names it: by COMPOSE_PROJECT_NAME in .env, by `name:` in the file, else after the folder. */
export function projectName(folderName: string, file: string, env: string): string | null {
  const fromEnv = /^\s*COMPOSE_PROJECT_NAME\s*=\s*["']?([^"'\s#]+)/m.exec(env)?.[1]
  const name = fromEnv ?? nameIn(file) ?? folderName
  const normal = name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '')
  return ComposeName.safeParse(normal).data ?? null
}

function nameIn(file: string): string | undefined {
  try {
    return Named.safeParse(parse(file)).data?.name
  } catch {
    // A file that is no YAML: compose says so, with the line, when it is asked to bring it up.
    return undefined
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (isAway(error)) return ''
    throw error
  }
}

function isAway(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'EACCES', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
}
