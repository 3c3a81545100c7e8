import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'

const Package = z.object({ version: z.string() })
const Build = z.object({ commit: z.string().nullable(), built_at: z.string().nullable() })
export type BuildInfo = z.infer<typeof Build> & { version: string }

/**
 * Version from package.json; commit and time from the `build.json` that a build leaves beside its bundle (null in a
 * checkout). `module` is the URL of the running file: `src/platform/version.ts` or `dist/main.js`.
 */
export function buildInfo(module: string = import.meta.url): BuildInfo {
  const manifest = ['../package.json', '../../package.json']
    .map((path) => new URL(path, module))
    .find((url) => existsSync(url))
  if (!manifest) throw new Error(`package.json is not beside ${module}: this installation is not complete`)
  const build = new URL('./build.json', module)
  return {
    version: Package.parse(readJson(manifest)).version,
    ...(existsSync(build) ? Build.parse(readJson(build)) : { commit: null, built_at: null }),
  }
}

function readJson(url: URL): unknown {
  return JSON.parse(readFileSync(url, 'utf8'))
}
