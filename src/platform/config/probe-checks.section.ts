import { z } from 'zod'
import { Severity } from '../../contract/common.ts'

const Percent = z.number().min(0).max(100)
const Samples = z.number().int().min(1).max(1000)
const FixCommand = z
  .string()
  .max(128)
  .optional()
  .describe('Name of a command in probe.remedies.commands that repairs this: makes it an L2 that asks for approval.')
const EverySeconds = z.number().min(0).max(604_800)

function samples(bad: number, good: number) {
  return {
    bad_samples: Samples.default(bad).describe('Bad samples in a row before the issue appears.'),
    good_samples: Samples.default(good).describe('Good samples in a row before the issue goes.'),
  }
}

function threshold(
  defaults: { warning: number; critical: number; margin: number; bad: number },
  unit: z.ZodNumber,
  text: string,
) {
  return z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether this check runs.'),
      warning: unit.default(defaults.warning).describe(`${text}; above it the report is a warning.`),
      critical: unit
        .default(defaults.critical)
        .describe(`${text}; above it a person is called (L3). 100 % is never exceeded.`),
      margin: z
        .number()
        .min(0)
        .max(100)
        .default(defaults.margin)
        .describe('How far below the threshold it is good again.'),
      ...samples(defaults.bad, 2),
      fix_command: FixCommand,
    })
    .prefault({})
    .refine((check) => check.warning <= check.critical, { path: ['warning'], message: 'must not be above critical' })
}

const Certificate = z
  .strictObject({
    name: z.string().min(1).max(256).describe('What the certificate is called in issues.'),
    file: z.string().min(1).max(4096).optional().describe('A PEM file.'),
    host: z.string().min(1).max(253).optional().describe('A host that is asked for its certificate.'),
    port: z.number().int().min(1).max(65_535).default(443).describe('Its port.'),
    warning_days: z.number().min(0).max(3650).default(21).describe('Fewer days left are a warning.'),
    critical_days: z.number().min(0).max(3650).default(7).describe('Fewer days left call a person.'),
    every_s: EverySeconds.default(3600).describe('Seconds between two looks.'),
    fix_command: FixCommand,
  })
  .refine((entry) => (entry.file === undefined) !== (entry.host === undefined), 'give either file or host')
export type CertificateConfig = z.infer<typeof Certificate>

const LogPattern = z.strictObject({
  name: z.string().min(1).max(256).describe('What this is called in issues.'),
  path: z.string().min(1).max(4096).describe('The log file; it may be rotated.'),
  pattern: z
    .string()
    .min(1)
    .max(1024)
    .refine((text) => {
      try {
        return new RegExp(text, 'u') instanceof RegExp
      } catch (error) {
        if (error instanceof SyntaxError) return false
        throw error
      }
    }, 'not a regular expression')
    .describe('A regular expression that a bad line matches.'),
  severity: Severity.default('high').describe('Severity of the issue.'),
  level: z
    .enum(['L1', 'L3'])
    .default('L3')
    .describe('Level without a fix_command; L1 is a warning that nobody is called for.'),
  max_bytes: z.number().int().min(1024).max(67_108_864).default(1_048_576).describe('Most bytes read in one look.'),
  hold_s: z.number().min(0).max(86_400).default(600).describe('The issue goes when no line matched for this long.'),
  fix_command: FixCommand,
})
export type LogPatternConfig = z.infer<typeof LogPattern>

const Container = z.strictObject({
  name: z.string().min(1).max(256).describe('Name of a container that must run and not be unhealthy.'),
  ...samples(2, 1),
  fix_command: FixCommand,
})
export type ContainerConfig = z.infer<typeof Container>

/** `probe.checks:` thresholds. What is above `warning` and has a fix is L2; above `critical` it is L3. */
export const CheckSections = z.strictObject({
  cpu: threshold({ warning: 95, critical: 100, margin: 5, bad: 12 }, Percent, 'Percent of all cores'),
  memory: threshold(
    { warning: 92, critical: 98, margin: 3, bad: 3 },
    Percent,
    'Percent of memory that is not available',
  ),
  swap: threshold({ warning: 90, critical: 100, margin: 5, bad: 6 }, Percent, 'Percent of swap in use'),
  load: threshold(
    { warning: 8, critical: 30, margin: 1, bad: 6 },
    z.number().min(0).max(10_000),
    'Load of 5 minutes per core',
  ),
  disk: z
    .strictObject({
      enabled: z.boolean().default(true).describe('Whether this check runs.'),
      warning: Percent.default(80).describe('Above it, safely deletable files are deleted (L1).'),
      after_cleaning: Percent.default(85).describe('Above it after a cleaning: L2.'),
      high: Percent.default(90).describe('Above it: L2.'),
      critical: Percent.default(95).describe('Above it: L3.'),
      min_free_bytes: z
        .number()
        .int()
        .min(0)
        .default(1_073_741_824)
        .describe('Less free is L3, on filesystems at least ten times as large.'),
      inodes_warning: Percent.default(90).describe('Percent of inodes in use; above it a warning.'),
      inodes_critical: Percent.default(97).describe('Percent of inodes in use; above it L3.'),
      margin: z.number().min(0).max(50).default(1).describe('How far below a threshold it is good again.'),
      ignore_mounts: z
        .array(z.string().min(1).max(4096))
        .max(256)
        .default([])
        .describe('Mount points that are not judged.'),
      ...samples(2, 2),
    })
    .prefault({})
    .describe('Filesystems.'),
  certificates: z.array(Certificate).max(256).default([]).describe('Certificates whose end is watched.'),
  logs: z.array(LogPattern).max(64).default([]).describe('Log files that are searched for bad lines.'),
  containers: z.array(Container).max(256).default([]).describe('Containers that must run.'),
  docker_socket: z.string().min(1).max(108).default('/var/run/docker.sock').describe('Socket of the container engine.'),
})
export type CheckConfigs = z.infer<typeof CheckSections>
export type ThresholdConfig = CheckConfigs['cpu']
export type DiskConfig = CheckConfigs['disk']
