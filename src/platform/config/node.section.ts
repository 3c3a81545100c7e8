import { z } from 'zod'
import { AgentId } from '../../contract/common.ts'
import { LogLevels } from '../logger.ts'

/** `node:` who this node is. */
export const NodeSection = z
  .strictObject({
    id: AgentId.optional().describe('Its agent_id: unique in the whole tree. Absent: the host name.'),
    name: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .describe('What people read. Absent: the host name, of several processes of one monitor its id.'),
  })
  .prefault({})
  .describe('Who this node is.')

export const DataDirSection = z
  .string()
  .min(1)
  .max(4096)
  .optional()
  .describe(
    'Folder for what must survive a restart; relative to the config file. Absent: /var/lib/cortex as root, else ~/.local/share/cortex.',
  )

/** `security:` secrets of this node. */
export const SecuritySection = z
  .strictObject({
    secret_key: z
      .string()
      .refine((text) => decodeSecretKey(text) !== null, '32 bytes as 64 hexadecimal digits or as base64')
      .optional()
      .describe(
        'Signs tokens and encrypts stored credentials: 32 bytes, hex or base64. Absent: made once, kept in data_dir.',
      ),
  })
  .prefault({})
  .describe('Secrets of this node.')

/** The 32 bytes of a configured secret key, or null when the text is none. */
export function decodeSecretKey(text: string): Buffer | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, 'hex')
  const bytes = /^[A-Za-z0-9+/_-]{43}=?$/.test(text) ? Buffer.from(text, 'base64') : null
  return bytes?.length === 32 ? bytes : null
}

/** `log:` what is written to stderr. */
export const LogSection = z
  .strictObject({
    level: z.enum(LogLevels).default('info').describe('Least level that is written.'),
  })
  .prefault({})
  .describe('What is written to stderr.')
