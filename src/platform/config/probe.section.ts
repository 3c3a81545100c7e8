import { z } from 'zod'
import { CheckSections } from './probe-checks.section.ts'
import { RemediesSection } from './probe-remedies.section.ts'
import { ServiceSection } from './probe-services.section.ts'

const Seconds = z.number().positive().max(86_400)

/** `probe:` what this node measures of its own host, what it may repair, and how often it says so. */
export const ProbeSection = z
  .strictObject({
    enabled: z.boolean().default(true).describe('Watch this host.'),
    report_interval_s: Seconds.default(10).describe('Seconds between two inspections, each of which makes a report.'),
    heartbeat_interval_s: Seconds.default(10).describe('Seconds between two heartbeats when no report was accepted.'),
    check_timeout_s: Seconds.max(300)
      .default(10)
      .describe('A check that takes longer has failed, and an issue says so.'),
    blind_after: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(30)
      .describe('A check that failed this often in a row is an L3: nobody knows how the subject is.'),
    checks: CheckSections.prefault({}).describe(
      'Thresholds of the host checks, and certificates, logs and containers.',
    ),
    services: z
      .array(ServiceSection)
      .max(256)
      .default([])
      .superRefine((services, context) => {
        const seen = new Set<string>()
        services.forEach((service, index) => {
          if (seen.has(service.name)) {
            context.addIssue({
              code: 'custom',
              path: [index, 'name'],
              message: `a second service named ${service.name}`,
            })
          }
          seen.add(service.name)
        })
      })
      .describe('Services that are watched, and how each is started.'),
    remedies: RemediesSection.prefault({}).describe('What may be repaired, and within which bounds.'),
    decisions: z
      .strictObject({
        life_s: Seconds.default(900).describe('An L2 request that nobody answered in this time is expired.'),
        deadline_s: Seconds.max(300).default(25).describe('How long one request waits for its answer.'),
        retry_min_s: Seconds.default(1).describe('Shortest wait before a pending request is asked again.'),
        retry_max_s: Seconds.default(60).describe('Longest wait before a pending request is asked again.'),
        cool_down_s: Seconds.default(600).describe(
          'After a rejection the same fault is not asked about for this long.',
        ),
      })
      .prefault({})
      .describe('How this probe asks its monitor before an L2 repair.'),
  })
  .superRefine((probe, context) => {
    const known = new Set(Object.keys(probe.remedies.commands))
    for (const { path, name } of fixCommands(probe.checks)) {
      if (known.has(name)) continue
      context.addIssue({
        code: 'custom',
        path: ['checks', ...path],
        message: `no command "${name}" in probe.remedies.commands`,
      })
    }
  })
export type ProbeConfig = z.infer<typeof ProbeSection>
export type ServiceConfig = z.infer<typeof ServiceSection>

function fixCommands(checks: z.infer<typeof CheckSections>): { path: (string | number)[]; name: string }[] {
  const found: { path: (string | number)[]; name: string }[] = []
  const take = (path: (string | number)[], name: string | undefined): void => {
    if (name !== undefined) found.push({ path: [...path, 'fix_command'], name })
  }
  for (const key of ['cpu', 'memory', 'swap', 'load'] as const) take([key], checks[key].fix_command)
  checks.certificates.forEach((entry, index) => take(['certificates', index], entry.fix_command))
  checks.logs.forEach((entry, index) => take(['logs', index], entry.fix_command))
  checks.containers.forEach((entry, index) => take(['containers', index], entry.fix_command))
  return found
}
