import { z } from 'zod'
import { HttpUrl } from './server.section.ts'

const Path = z.string().startsWith('/', 'an absolute path').max(4096)
const Argv = z.array(z.string().min(1).max(4096)).min(1).max(64)
const Port = z.number().int().min(1).max(65_535)

/** `docker:` the container engine of this host (capability `docker`; looking is always allowed). */
export const DockerSection = z
  .strictObject({
    socket: Path.optional().describe("The engine's socket. Absent: DOCKER_HOST, else Docker's or Podman's own."),
    compose_folders: z
      .array(Path)
      .max(64)
      .default([])
      .describe('Folders whose sub-folders are compose projects, also those that were never up.'),
  })
  .prefault({})
  .describe('The container engine of this host.')

/** `nginx:` the nginx of this host (capability `nginx`; looking is always allowed). */
export const NginxSection = z
  .strictObject({
    command: Argv.default(['nginx']).describe(
      'The program, and what has to stand before it to run it as another user.',
    ),
    config_path: Path.optional().describe('Its main configuration. Absent: what the build says.'),
    prefix: Path.optional().describe('Its prefix. Absent: what the build says.'),
    unit: z
      .string()
      .min(1)
      .max(256)
      .nullable()
      .default('nginx')
      .describe('The systemd unit that owns it; null: it is begun directly.'),
    http_port: Port.default(80).describe('Where its plain sites listen, for certificates.'),
    https_port: Port.default(443).describe('Where its sites with a certificate listen.'),
    acme_directory_url: HttpUrl.default('https://acme-v02.api.letsencrypt.org/directory').describe(
      'ACME directory for certificates.',
    ),
    acme_ca_file: Path.optional().describe('PEM file of a further authority to trust when talking to that directory.'),
    dns_hook: Argv.optional().describe('Program for dns-01 challenges, called with add or remove, a name and a value.'),
    dns_wait_s: z.number().min(0).max(3600).default(30).describe('Seconds until a record that was added can be seen.'),
    renew_before_days: z
      .number()
      .int()
      .min(1)
      .max(89)
      .default(30)
      .describe('A certificate is renewed this many days before its end.'),
  })
  .prefault({})
  .describe('The nginx of this host.')

/** `files:` moving files to and from this host (capability `files`). */
export const FilesSection = z
  .strictObject({
    max_upload_bytes: z
      .number()
      .int()
      .min(1)
      .max(1024 ** 4)
      .default(64 * 1024 ** 3)
      .describe('Largest file that is taken, in bytes.'),
    stall_timeout_s: z
      .number()
      .int()
      .min(1)
      .max(3600)
      .default(120)
      .describe('An upload or a download in which nothing moves for this long is given up, in seconds.'),
  })
  .prefault({})
  .describe('Moving files to and from this host.')

/** `jobs:` long work on this host. */
export const JobsSection = z
  .strictObject({
    max_concurrent: z.number().int().min(1).max(64).default(2).describe('Jobs that run at the same time.'),
    max_kept: z.number().int().min(1).max(100_000).default(500).describe('Finished jobs that are remembered.'),
  })
  .prefault({})
  .describe('Long work on this host: compose projects, certificates, upgrades.')
