import type { ShellCommandAnswer, ShellCommandParams } from '../../../contract/operations/terminal.ts'
import { runProcess } from '../../../platform/run-process.ts'
import { asUser, loginEnvironment } from './login.ts'
import { choosePlace } from './place.ts'

/** Six times that, which control characters take in JSON, still fits into one answer of the link. */
const MAX_OUTPUT_BYTES = 160_000

/**
 * Runs one command with the login shell, as a terminal of the node would, and waits for its end. stdout and stderr come
 * as one text. After `timeout_ms`, or when nobody waits any more, its whole process group is ended.
 */
export async function runShellCommand(
  { command, timeout_ms }: ShellCommandParams,
  { runAs, folder, signal }: { runAs: string | null; folder: string | undefined; signal: AbortSignal },
): Promise<ShellCommandAnswer> {
  const nodeUid = process.getuid?.() ?? 0
  const place = choosePlace({ working_dir: folder }, { runAs, nodeUid })
  // One pipe for both: only so do their lines stay in the order in which they were written.
  const both = ['/bin/sh', '-c', 'exec "$0" -c "$1" 2>&1', place.shell, command]
  const result = await runProcess(asUser(place.user, nodeUid, both), {
    timeoutMs: timeout_ms,
    maxOutputBytes: MAX_OUTPUT_BYTES,
    cwd: place.folder,
    env: loginEnvironment(place.user, place.shell, process.env),
    signal,
  })
  return {
    output: result.stdout,
    exit_code: result.code,
    truncated: result.truncated,
    timed_out: result.timedOut,
  }
}
