import { z } from 'zod'
import { Argv, PlainName } from './probe-services.section.ts'

const AbsoluteFolder = z
  .string()
  .max(4096)
  .regex(/^\/[^/].*[^/]$|^\/[^/]$/, 'an absolute folder, not the root, without a slash at the end')
  .refine((path) => !path.split('/').includes('..'), 'without ".."')

const CleanRule = z.strictObject({
  path: AbsoluteFolder.describe('Folder whose files may be deleted; links are never followed.'),
  pattern: z.string().min(1).max(256).default('*').describe('File names that may be deleted; * and ? as wildcards.'),
  older_than_s: z.number().min(0).default(604_800).describe('Only files not changed for this long.'),
  recursive: z.boolean().default(false).describe('Also in folders below; the folders themselves stay.'),
  approval: z.boolean().default(false).describe('Only after an approved L2, never by the probe alone.'),
  max_files: z.number().int().min(1).max(1_000_000).default(10_000).describe('Most files deleted in one cleaning.'),
})
export type CleanRule = z.infer<typeof CleanRule>

const RotateRule = z.strictObject({
  path: PlainName.regex(/^\//, 'an absolute path').describe('Log file that may be rotated.'),
  max_bytes: z.number().int().min(1).default(104_857_600).describe('Above this size it is rotated.'),
  keep: z.number().int().min(1).max(100).default(3).describe('Compressed older files that are kept.'),
  auto: z.boolean().default(false).describe('The probe may do it by itself (L1); else it asks.'),
})
export type RotateRule = z.infer<typeof RotateRule>

/** `probe.remedies:` what this probe may change on its host. By default it may change nothing but marked services. */
export const RemediesSection = z.strictObject({
  dry_run: z.boolean().default(false).describe('Say what would be done, and do nothing.'),
  max_per_hour: z
    .number()
    .int()
    .min(0)
    .max(10_000)
    .default(20)
    .describe('Most repairs in an hour, of all kinds together.'),
  time_limit_s: z
    .number()
    .positive()
    .max(3600)
    .default(60)
    .describe('A repair that takes longer is ended with all its processes.'),
  max_output_bytes: z.number().int().min(256).max(65_536).default(16_384).describe('Most output kept of a repair.'),
  retry_after_s: z
    .number()
    .min(0)
    .max(86_400)
    .default(30)
    .describe('Wait after a failed L1 repair before it is tried again.'),
  clean_cool_down_s: z
    .number()
    .min(0)
    .max(86_400)
    .default(900)
    .describe('Wait between two cleanings of one filesystem.'),
  clean: z.array(CleanRule).max(64).default([]).describe('What may be deleted when a filesystem fills.'),
  rotate: z.array(RotateRule).max(64).default([]).describe('Log files that may be rotated.'),
  stoppable: z
    .array(z.string().min(1).max(64))
    .max(64)
    .default([])
    .describe('Names of processes that may be stopped, after approval, when they take the CPU or the memory.'),
  commands: z
    .record(PlainName, Argv)
    .default({})
    .describe('Named commands, program and arguments, that a check may propose as its fix.'),
})
