import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { Renewal } from './renewal.ts'

/** The certificates that this node keeps alive, over restarts. */
export interface RenewalStore {
  list(): Promise<Renewal[]>
  /** Adds it, or takes the place of the one of the same domain. */
  put(renewal: Renewal): Promise<void>
  remove(domain: string): Promise<void>
}

const Stored = z.object({ certificates: z.array(Renewal) })

export function createRenewalStore(file: string): RenewalStore {
  async function list(): Promise<Renewal[]> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null
      throw error
    })
    return text === null ? [] : Stored.parse(JSON.parse(text)).certificates
  }

  async function write(certificates: Renewal[]): Promise<void> {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    const handle = await open(`${file}.new`, 'w', 0o600)
    try {
      await handle.writeFile(JSON.stringify({ certificates }, null, 2))
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(`${file}.new`, file)
  }

  const others = async (domain: string): Promise<Renewal[]> =>
    (await list()).filter((renewal) => renewal.domain !== domain)

  return {
    list,
    put: async (renewal) => write([...(await others(renewal.domain)), renewal]),
    remove: async (domain) => write(await others(domain)),
  }
}
