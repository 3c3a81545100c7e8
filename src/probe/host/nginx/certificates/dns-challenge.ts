import { setTimeout as delay } from 'node:timers/promises'
import { CannotStartProcess, runProcess } from '../../../../platform/run-process.ts'
import { certificateRefused } from '../nginx.errors.ts'
import type { Proof } from './acme.ts'

/** Sets TXT records through a command of the node's config: its words, then `add` or `remove`, the name, the value. */
export interface DnsChallenge {
  put(proofs: readonly Proof[], signal: AbortSignal): Promise<void>
  remove(proofs: readonly Proof[]): Promise<void>
}

const HOOK_TIMEOUT_MS = 120_000
const MAX_OUTPUT_BYTES = 16_384

/** `waitMs`: from the last record set until the authority is asked to look. */
export function createDnsChallenge({ hook, waitMs }: { hook: readonly string[]; waitMs: number }): DnsChallenge {
  async function run(verb: 'add' | 'remove', { domain, value }: Proof, signal?: AbortSignal): Promise<void> {
    const argv = [...hook, verb, `_acme-challenge.${domain.replace(/^\*\./, '')}`, value]
    const options = { timeoutMs: HOOK_TIMEOUT_MS, maxOutputBytes: MAX_OUTPUT_BYTES, ...(signal ? { signal } : {}) }
    const result = await runProcess(argv, options).catch((error: unknown) => {
      if (error instanceof CannotStartProcess)
        throw certificateRefused(domain, `the DNS command: ${error.message}`, error)
      throw error
    })
    if (result.code === 0) return
    const said = `${result.stdout}${result.stderr}`.trim().slice(0, 1_000)
    const end = result.timedOut
      ? `did not end within ${HOOK_TIMEOUT_MS} ms`
      : `ended with ${result.code ?? result.signal}`
    throw certificateRefused(domain, `the DNS command (${verb}) ${end}: ${said}`)
  }

  return {
    async put(proofs, signal) {
      for (const proof of proofs) await run('add', proof, signal)
      await delay(waitMs, undefined, { signal })
    },
    async remove(proofs) {
      const failures: unknown[] = []
      for (const proof of proofs) await run('remove', proof).catch((error: unknown) => failures.push(error))
      if (failures.length > 0) throw failures[0]
    },
  }
}
