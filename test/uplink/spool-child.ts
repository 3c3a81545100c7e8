import { writeSync } from 'node:fs'
import { createLogger } from '../../src/platform/logger.ts'
import { openSpool } from '../../src/tree/uplink/spool.ts'

/** Appends numbered reports for ever and says each number only after it was stored: `node spool-child.ts <file> <first number>`. */
const [path, first] = process.argv.slice(2)
const bytes = Number(process.env['REPORT_BYTES'] ?? 500)
const spool = openSpool({ path: String(path), clock: Date.now, logger: createLogger({ level: 'silent' }) })
for (let number = Number(first); ; number++) {
  try {
    spool.append({
      kind: 'report',
      body: JSON.stringify({ number, padding: 'x'.repeat(bytes) }),
      at: Date.now(),
      keep: true,
    })
  } catch (error) {
    writeSync(1, `failed ${(error as { trouble?: string }).trouble}\n`)
    break
  }
  writeSync(1, `${number}\n`)
}
