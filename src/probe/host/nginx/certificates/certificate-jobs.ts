import type { JobReceipt } from '../../../../contract/operations/jobs.ts'
import type { IssueCertificate } from '../../../../contract/operations/nginx.ts'
import type { ActAsJob } from '../../jobs/act-as-job.ts'
import type { Certificates } from './certificates.ts'

/** Certificates as long work: an order takes from seconds to minutes. */
export interface CertificateJobs {
  /** Refuses at once what cannot be done; the rest is in the job. */
  issue(meta: Record<string, unknown>, wanted: IssueCertificate): Promise<JobReceipt>
  /**
   * To be called every hour or so: starts a job for each certificate that is due and answers with the domains begun. `meta`
   * names the node itself as the one who asks. A job that runs already for a domain is left alone and reported by `onError`.
   */
  renewDue(meta: Record<string, unknown>, onError: (domain: string, error: unknown) => void): Promise<string[]>
}

export function createCertificateJobs({
  certificates,
  actAsJob,
}: {
  certificates: Certificates
  actAsJob: ActAsJob
}): CertificateJobs {
  const jobOf = (kind: string, domain: string) => ({ kind, resource: `nginx.certificate:${domain}` })

  return {
    async issue(meta, wanted) {
      const { domain, challenge, directory_url } = wanted
      const kind = 'nginx.issue_certificate'
      const act = {
        capability: 'nginx',
        action: kind,
        target: domain,
        details: { challenge, directory_url: directory_url ?? null },
      } as const
      return actAsJob(meta, act, jobOf(kind, domain), async () => {
        await certificates.check(wanted)
        return (handle) => certificates.issue(wanted, handle)
      })
    },
    async renewDue(meta, onError) {
      const begun: string[] = []
      for (const renewal of await certificates.due()) {
        const { domain, challenge } = renewal
        const kind = 'nginx.renew_certificate'
        // No capability: this is the node's own work, for what was allowed when the certificate was asked for.
        const act = { action: kind, target: domain, details: { challenge } }
        try {
          await actAsJob(meta, act, jobOf(kind, domain), async () => (handle) => certificates.renew(renewal, handle))
          begun.push(domain)
        } catch (error) {
          onError(domain, error)
        }
      }
      return begun
    },
  }
}
