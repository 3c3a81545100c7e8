import { z } from 'zod'
import { Severity } from '../../contract/common.ts'

/** A program and its arguments; never a line for a shell. */
export const Argv = z.array(z.string().max(4096)).min(1).max(256)

/** The same form as in a typed action, so that every configured name can be asked about. */
export const PlainName = z
  .string()
  .min(1)
  .max(256)
  .regex(/^[A-Za-z0-9_@/.:+][A-Za-z0-9_@/.:+-]*$/, 'a plain name without spaces or shell characters')

/** One entry of `probe.services`. All of the ways to look that are given must find the service well. */
export const ServiceSection = z
  .strictObject({
    name: PlainName.describe('What the service is called in issues and actions.'),
    auto_restart: z
      .boolean()
      .default(false)
      .describe('The probe may restart it by itself (L1) while it is rarely needed.'),
    unit: PlainName.optional().describe('Its systemd unit.'),
    process: z.string().min(1).max(256).optional().describe('Name of a process that must exist.'),
    pid_file: z.string().min(1).max(4096).optional().describe('File with the id of a process that must exist.'),
    tcp: z
      .strictObject({
        host: z.string().min(1).max(253).default('127.0.0.1').describe('Host to connect to.'),
        port: z.number().int().min(1).max(65_535).describe('Port that must accept connections.'),
      })
      .optional()
      .describe('A TCP port.'),
    http: z
      .strictObject({
        url: z.url({ protocol: /^https?$/ }).describe('Address that must answer.'),
        status: z
          .array(z.number().int().min(100).max(599))
          .min(1)
          .optional()
          .describe('Good statuses; absent: 200 to 399.'),
        body_contains: z.string().min(1).max(1024).optional().describe('Text in the first 64 KiB of the body.'),
        max_latency_ms: z.number().positive().max(300_000).optional().describe('A slower answer is bad.'),
      })
      .optional()
      .describe('An HTTP address.'),
    command: Argv.optional().describe('Program and arguments that must exit with 0.'),
    start: Argv.optional().describe('How it is started when it is not a unit.'),
    stop: Argv.optional().describe('How it is stopped; absent: the process of pid_file is ended.'),
    daemon: z
      .boolean()
      .default(false)
      .describe('`start` stays in the foreground: it runs detached, its pid in pid_file.'),
    log_file: z.string().min(1).max(4096).optional().describe('Where a daemon writes; absent: nowhere.'),
    cwd: z.string().min(1).max(4096).optional().describe('Working folder of start, stop and command.'),
    env: z.record(z.string().max(256), z.string().max(4096)).default({}).describe('Added to the environment of these.'),
    severity: Severity.default('high').describe('Severity of the issue.'),
    max_restarts_per_hour: z
      .number()
      .int()
      .min(0)
      .max(1000)
      .default(3)
      .describe('From this many on, a restart asks first.'),
    start_attempts: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(2)
      .describe('Failed starts after which a person is called (L3).'),
    verify_s: z.number().positive().max(300).default(10).describe('How long a start has to prove itself.'),
    timeout_s: z.number().positive().max(300).default(5).describe('Longest wait of one look.'),
    every_s: z.number().min(0).max(86_400).default(0).describe('Seconds between two looks; 0 = with every inspection.'),
    bad_samples: z.number().int().min(1).max(1000).default(2).describe('Bad looks in a row before the issue appears.'),
    good_samples: z.number().int().min(1).max(1000).default(2).describe('Good looks in a row before the issue goes.'),
  })
  .superRefine((service, context) => {
    const { unit, process, pid_file, tcp, http, command } = service
    if ([unit, process, tcp, http, command].every((way) => way === undefined) && pid_file === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['name'],
        message: 'give unit, process, pid_file, tcp, http or command',
      })
    }
    if (service.daemon && (service.start === undefined || pid_file === undefined)) {
      context.addIssue({ code: 'custom', path: ['daemon'], message: 'a daemon needs start and pid_file' })
    }
    if (unit !== undefined && service.start !== undefined) {
      context.addIssue({ code: 'custom', path: ['start'], message: 'a unit is started by systemd; leave start out' })
    }
  })
