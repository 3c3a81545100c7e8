import { isAbsolute, normalize } from 'node:path'
import { z } from 'zod'

/** What may be done on this host from afar, beyond looking at processes, containers and nginx. */
export const capabilityNames = ['files', 'processes', 'docker', 'nginx', 'terminal', 'upgrade'] as const
export type CapabilityName = (typeof capabilityNames)[number]

const files = /^files:(\/[^\0]*?)(:ro)?$/

/** One grant: a name, or `files:/path` (read and write) or `files:/path:ro` (read only) for each allowed root. */
const Grant = z
  .string()
  .max(4096)
  .refine(
    (text) => parseGrant(text) !== null,
    'processes, docker, nginx, terminal, upgrade, files:/path or files:/path:ro',
  )

/** A folder that may be worked in from afar. */
export interface FileRoot {
  path: string
  writable: boolean
}

/** What a grant allows; null when it is none. */
export function parseGrant(
  text: string,
): { name: Exclude<CapabilityName, 'files'> } | { name: 'files'; root: FileRoot } | null {
  const match = files.exec(text)
  if (match?.[1] !== undefined && isAbsolute(match[1])) {
    const path = normalize(match[1]).replace(/(.)\/$/, '$1')
    return { name: 'files', root: { path, writable: match[2] === undefined } }
  }
  const name = capabilityNames.find((known) => known === text)
  return name === undefined || name === 'files' ? null : { name }
}

/** `capabilities:` the node's own last word, whatever is asked from above. */
export const CapabilitiesSection = z
  .array(Grant)
  .max(256)
  .default([])
  .describe(
    'What may be done on this host from afar: processes (signals), docker, nginx, terminal, upgrade, files:/path, files:/path:ro. Looking at processes, containers and nginx is always allowed.',
  )
