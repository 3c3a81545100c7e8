import type { NginxSite } from '../../../contract/operations/nginx.ts'

const host = /^(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/
const maxDomains = 200

export interface CertifiedDomain {
  domain: string
  site: string
  /** Whether a site offers it over TLS, so that there is a certificate to look at. */
  ssl: boolean
}

/** The names of sites that a certificate can be for: full host names, each once, those over TLS first. */
export function certifiedDomains(sites: readonly NginxSite[]): CertifiedDomain[] {
  const found = new Map<string, CertifiedDomain>()
  for (const { name, server_names, ssl } of sites.toSorted((a, b) => Number(b.ssl) - Number(a.ssl))) {
    for (const text of server_names) {
      const domain = text.toLowerCase()
      if (host.test(domain) && !found.has(domain)) found.set(domain, { domain, site: name, ssl })
    }
  }
  return [...found.values()].slice(0, maxDomains)
}
