import { X509Certificate } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import type { CertificateConfig } from '../../platform/config/probe-checks.section.ts'
import type { Check } from './check.ts'
import { levelOfZone } from './threshold.ts'

const DAY_MS = 86_400_000
const MAX_PEM_BYTES = 1_048_576
const TYPE = 'certificate_expiring'

/** Days until a certificate ends, and whether that is near; over is critical too. */
export function certificateZone(
  notAfterMs: number,
  nowMs: number,
  config: { warning_days: number; critical_days: number },
) {
  const daysLeft = Math.floor((notAfterMs - nowMs) / DAY_MS)
  const zone = daysLeft < config.critical_days ? 'critical' : daysLeft < config.warning_days ? 'warning' : 'good'
  return { daysLeft, zone } as const
}

/** Watches the end of one certificate, in a PEM file or as a host shows it. */
export function certificateCheck(
  config: CertificateConfig,
  { timeoutMs, clock }: { timeoutMs: number; clock: () => number },
): Check {
  return {
    name: `certificate ${config.name}`,
    everyMs: config.every_s * 1000,
    timeoutMs,
    badSamples: 1,
    goodSamples: 1,
    async look({ signal }) {
      const certificate =
        config.file === undefined ? await shownBy(config.host ?? '', config.port, signal) : await inFile(config.file)
      const { daysLeft, zone } = certificateZone(Date.parse(certificate.validTo), clock(), config)
      const action =
        config.fix_command === undefined ? undefined : ({ type: 'command.run', command: config.fix_command } as const)
      return [
        {
          type: TYPE,
          subject: config.name,
          level: levelOfZone(zone, action),
          severity: zone === 'critical' ? 'critical' : 'medium',
          description:
            daysLeft < 0 ? `证书 ${config.name} 已过期 ${-daysLeft} 天` : `证书 ${config.name} 还有 ${daysLeft} 天到期`,
          details: {
            certificate: config.name,
            subject: certificate.subject,
            issuer: certificate.issuer,
            not_after: new Date(certificate.validTo).toISOString(),
            days_left: daysLeft,
          },
          ...(action && zone === 'warning' ? { action, risk: '由本节点配置中列出的命令续期；风险取决于该命令。' } : {}),
        },
      ]
    },
  }
}

async function inFile(file: string): Promise<X509Certificate> {
  const { size } = await stat(file)
  if (size > MAX_PEM_BYTES) throw new Error(`${file} is too large for a certificate (${size} bytes)`)
  return new X509Certificate(await readFile(file))
}

/** Only the date is wanted, so an untrusted or ended certificate is taken too; nothing is sent over the connection. */
function shownBy(host: string, port: number, signal: AbortSignal): Promise<X509Certificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: isIP(host) === 0 ? host : '', rejectUnauthorized: false })
    const end = (): void => {
      socket.destroy()
      reject(new Error(`${host}:${port} did not show a certificate in time`))
    }
    signal.addEventListener('abort', end, { once: true })
    socket.once('close', () => signal.removeEventListener('abort', end))
    socket.on('error', reject)
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerX509Certificate()
      socket.destroy()
      if (certificate) resolve(certificate)
      else reject(new Error(`${host}:${port} showed no certificate`))
    })
  })
}
