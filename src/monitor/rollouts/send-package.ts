import { JobReceipt } from '../../contract/operations/jobs.ts'
import { readStreamHead } from '../../tree/link/stream-head.ts'
import type { Asked, Operations } from '../operations/operations.service.ts'
import type { ReleasePackage } from '../releases/releases.service.ts'

const chunkBytes = 64 * 1024

/**
 * Streams a package down to a server, which checks it and answers with the job that installs it. Throws what the server
 * refuses, or SERVER_OFFLINE.
 */
export async function sendPackage(
  operations: Pick<Operations, 'open'>,
  asked: Asked,
  target: { serverId: number; allowDowngrade: boolean },
  { version, bytes, sha256, signature }: ReleasePackage,
): Promise<JobReceipt> {
  const stream = await operations.open(asked, target.serverId, {
    method: 'upgrade.start',
    params: { version, size: bytes.length, sha256, signature, allow_downgrade: target.allowDowngrade },
    permission: 'operate',
    target: version,
    details: { sha256, size: bytes.length },
  })
  for (let at = 0; at < bytes.length; at += chunkBytes) await stream.write(bytes.subarray(at, at + chunkBytes))
  await stream.end()
  return (await readStreamHead(stream, JobReceipt)).head
}
