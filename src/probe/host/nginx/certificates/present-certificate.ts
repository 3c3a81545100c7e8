import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { forbidden } from '../../../../contract/errors.ts'
import type { NginxCore } from '../nginx-core.ts'
import { serverBlocks } from '../reading/server-blocks.ts'
import { bestFit } from '../reading/server-name.ts'

const MAX_PEM_BYTES = 1_048_576

/**
 * The certificate that nginx's configuration names for a domain, or null. Where several server blocks fit, that of the
 * closest name. A path with variables is known to nginx only, and counts as none.
 */
export async function presentCertificate(
  core: NginxCore,
  domain: string,
): Promise<{ path: string; pem: Buffer } | null> {
  const { configPath } = await core.program.paths()
  const [closest] = serverBlocks((await core.files.effective()).directives)
    .filter(({ ssl, certificates }) => ssl && certificates.length > 0)
    .map(({ serverNames, certificates }) => ({
      fit: bestFit(serverNames, domain),
      named: certificates[0]?.value ?? '',
    }))
    .filter(({ fit, named }) => fit > 0 && !named.includes('$') && !/^(data|engine|store):/.test(named))
    .sort((a, b) => b.fit - a.fit)
  if (!closest) return null
  const path = resolve(dirname(configPath), closest.named)
  const pem = await readPem(path)
  return pem === null ? null : { path, pem }
}

async function readPem(path: string): Promise<Buffer | null> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK)
    try {
      const stats = await handle.stat()
      return stats.isFile() && stats.size <= MAX_PEM_BYTES ? await handle.readFile() : null
    } finally {
      await handle.close()
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    if (code === 'EACCES')
      throw forbidden(`该节点无权读取证书 ${path}`, `this node may not read the certificate ${path}`, { cause: error })
    throw error
  }
}
