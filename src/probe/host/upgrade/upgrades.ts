import { createHash } from 'node:crypto'
import type { Job } from '../../../contract/operations/jobs.ts'
import { AppError, timeout } from '../../../contract/errors.ts'
import type { UpgradeParams } from '../../../contract/operations/upgrade.ts'
import { compareVersions } from '../../../lib/version-order.ts'
import { createWaker } from '../../../lib/waker.ts'
import { within } from '../../../lib/within.ts'
import type { Releases, UpgradeOutcome } from '../../../platform/releases/release-state.ts'
import type { ByteSource } from '../../../tree/link/stream-head.ts'
import { ContinuesAfterRestart, type JobHandle, type JobWork } from '../jobs/jobs.ts'
import { install, type Installing, tidyReleases } from './installer.ts'
import { notUpgradable, sameVersion, upgradeUnderWay, wouldDowngrade, wrongSize } from './upgrade-errors.ts'
import { type Trust, whyNotTrusted } from './whose-build.ts'

export interface UpgradeOptions extends Omit<Installing, 'releases'> {
  releases: Releases
  trust: Trust
  /** Version that runs. */
  running: string
  trialMs: number
  /** Whether somebody starts the next build when this one ends. */
  isSupervised: boolean
  restart: (reason: string) => void
}

export const upgradeKind = 'upgrade.install'
const stallTimeoutMs = 60_000
const lookMs = 300

/** Replaces the build of this node by another: only one that is trusted, and never without a way back that still exists. */
export interface Upgrades {
  /**
   * Takes the bytes of a package and checks whose they are; the work that it resolves to installs it and restarts the
   * node. Throws what `upgrade-errors` names, and nothing has changed then.
   */
  prepare(params: UpgradeParams, source: ByteSource): Promise<JobWork>
  /** What is left to do of a job that a restart cut off; null when that was no upgrade, or none that is under way. */
  resume(job: Job): JobWork | null
}

export function createUpgrades(options: UpgradeOptions): Upgrades {
  const { releases, trust, running, trialMs, isSupervised, restart } = options
  let isTaking = false

  function mustBePossible({ version, allow_downgrade }: UpgradeParams): void {
    const state = releases.read()
    if (!isSupervised) throw notUpgradable()
    if (isTaking || state?.trial) throw upgradeUnderWay()
    const order = compareVersions(version, running)
    if (order === 0) throw sameVersion(version)
    if (order < 0 && !allow_downgrade) throw wouldDowngrade(running, version)
  }

  async function receiveTrusted(params: UpgradeParams, source: ByteSource): Promise<Buffer> {
    isTaking = true
    try {
      const bytes = await receive(source, params.size)
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      const reason = whyNotTrusted(bytes, params, sha256, trust)
      if (reason) throw reason
      return bytes
    } finally {
      isTaking = false
    }
  }

  async function work(params: UpgradeParams, bytes: Buffer, { jobId, say }: JobHandle): Promise<never> {
    const { version } = params
    const state = releases.read()
    await tidyReleases(releases, state)
    say(`checked: ${bytes.length} bytes, SHA-256 ${params.sha256}`)
    await install(options, bytes, version)
    say(`installed beside ${running}`)
    releases.write({
      format: 1,
      base_version: state?.base_version ?? running,
      current: state?.current ?? null,
      trial: { version, job_id: jobId, within_ms: trialMs, begun: false, no_way_back: false },
      last: state?.last ?? null,
    })
    say(`restarting: ${version} has ${Math.round(trialMs / 1000)} s to come up, else ${running} comes back`)
    restart(`upgrade to ${version}`)
    throw new ContinuesAfterRestart()
  }

  /** Waits until the supervisor has written down how it ended. */
  async function outcome({ jobId, signal }: JobHandle): Promise<UpgradeOutcome> {
    const waker = createWaker()
    signal.addEventListener('abort', () => waker.wake(), { once: true })
    for (;;) {
      const last = releases.read()?.last
      if (last?.job_id === jobId) return last
      if (signal.aborted) throw new ContinuesAfterRestart()
      await waker.wait(lookMs)
    }
  }

  return {
    async prepare(params, source) {
      mustBePossible(params)
      const bytes = await receiveTrusted(params, source)
      return (handle) => work(params, bytes, handle)
    },
    resume({ kind, job_id }) {
      if (kind !== upgradeKind) return null
      const state = releases.read()
      const isKnown = state?.last?.job_id === job_id || (isSupervised && state?.trial?.job_id === job_id)
      if (!isKnown) return null
      return async (handle) => {
        const { from, version, result, reason } = await outcome(handle)
        if (result === 'upgraded') return { from, to: version }
        for (const line of reason.split('\n')) handle.say(line)
        throw result === 'rolled_back' ? rolledBack(from, version, reason) : broken(version, reason)
      }
    },
  }
}

async function receive(source: ByteSource, size: number): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  let received = 0
  for (;;) {
    const next = await within(source.read(), stallTimeoutMs)
    if (!next.inTime) throw stalled()
    if (next.value === null) break
    received += next.value.length
    if (received > size) throw wrongSize(size, received)
    pieces.push(next.value)
  }
  if (received !== size) throw wrongSize(size, received)
  return Buffer.concat(pieces)
}

const stalled = () => timeout('软件包传输中断', 'the package stopped coming')

const rolledBack = (from: string, to: string, reason: string) =>
  new AppError({
    code: 'ROLLED_BACK',
    status: 422,
    text: {
      zh: `${to} 未能启动，已回退到 ${from}：${reason}`,
      en: `rolled back to ${from}: ${to} did not come up: ${reason}`,
    },
  })
const broken = (version: string, reason: string) =>
  new AppError({
    code: 'NO_WAY_BACK',
    status: 422,
    text: {
      zh: `${version} 未能按时启动，且数据库已升级，无法回退；请检查节点日志，必要时从备份恢复：${reason}`,
      en: `${version} did not come up in time and there is no way back but the backup: look into the log of the node: ${reason}`,
    },
  })
