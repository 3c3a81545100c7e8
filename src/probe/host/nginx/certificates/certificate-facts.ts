import { X509Certificate } from 'node:crypto'
import type { NginxCertificate } from '../../../../contract/operations/nginx.ts'

const DAY_MS = 86_400_000

/** What a certificate says of itself; `valid`: in date and made for the domain. Throws when the PEM holds none. */
export function certificateFacts(pem: string | Buffer, domain: string, path: string, nowMs: number): NginxCertificate {
  const certificate = new X509Certificate(pem)
  const notBefore = Date.parse(certificate.validFrom)
  const notAfter = Date.parse(certificate.validTo)
  return {
    domain,
    valid: notBefore <= nowMs && nowMs < notAfter && covers(certificate, domain),
    issuer: oneLine(certificate.issuer),
    subject: oneLine(certificate.subject),
    not_before: new Date(notBefore).toISOString(),
    not_after: new Date(notAfter).toISOString(),
    days_left: Math.floor((notAfter - nowMs) / DAY_MS),
    san: namesIn(certificate),
    path,
  }
}

/** The names of the subject alternative name, without their kinds. */
export function namesIn(certificate: X509Certificate): string[] {
  const text = certificate.subjectAltName ?? ''
  return text
    .split(', ')
    .map((part) => part.replace(/^(DNS|IP Address|URI|email):/, '').replace(/^"(.*)"$/, '$1'))
    .filter((name) => name !== '')
}

function covers(certificate: X509Certificate, domain: string): boolean {
  if (domain.startsWith('*.')) return namesIn(certificate).some((name) => name.toLowerCase() === domain)
  return certificate.checkHost(domain) !== undefined
}

const oneLine = (name: string | undefined): string => (name ?? '').split('\n').join(', ')
