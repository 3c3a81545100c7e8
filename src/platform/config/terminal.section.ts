import { z } from 'zod'

const Seconds = z.number().int().min(1).max(604_800)
const KiB = 1024
const MiB = 1024 * KiB

/** Recordings of what was on a terminal; what was typed is not in them. */
const RecordingSection = z
  .strictObject({
    enabled: z.boolean().default(false).describe('Keep what was on every terminal as an asciicast file.'),
    dir: z
      .string()
      .startsWith('/', 'an absolute path')
      .max(4096)
      .optional()
      .describe('Folder of the recordings. Absent: recordings in data_dir.'),
    max_bytes: z
      .number()
      .int()
      .min(64 * KiB)
      .max(1024 * MiB)
      .default(16 * MiB)
      .describe('Longest recording, in bytes; the rest of that terminal is not recorded.'),
    max_files: z
      .number()
      .int()
      .min(1)
      .max(10_000)
      .default(200)
      .describe('Recordings that are kept; the oldest go first.'),
    keep_days: z.number().int().min(1).max(3650).default(30).describe('Days that a recording is kept.'),
  })
  .prefault({})
  .describe('Recordings of what was on terminals.')

/** `terminal:` terminals that are opened on this host from afar (capability `terminal`). */
export const TerminalSection = z
  .strictObject({
    run_as: z
      .string()
      .min(1)
      .max(64)
      .optional()
      .describe('User of the host that terminals run as. Absent: the user of this node, which for root is root.'),
    max_sessions: z.number().int().min(1).max(1000).default(32).describe('Terminals at the same time.'),
    max_sessions_per_user: z.number().int().min(1).max(1000).default(8).describe('Of those, of one person.'),
    first_attach_s: Seconds.default(60).describe('A terminal that nobody attaches to for this long ends, in seconds.'),
    detached_life_s: Seconds.default(600).describe('A terminal that was left lives on for this long, in seconds.'),
    idle_limit_s: Seconds.default(3600).describe('A terminal without a keystroke or output ends, in seconds.'),
    scrollback_bytes: z
      .number()
      .int()
      .min(4 * KiB)
      .max(16 * MiB)
      .default(256 * KiB)
      .describe('What is shown again to who comes back, in bytes.'),
    recording: RecordingSection,
  })
  .prefault({})
  .describe('Terminals that are opened on this host from afar.')
