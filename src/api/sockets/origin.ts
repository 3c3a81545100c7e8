/**
 * Whether a page of this origin may open a socket: our own host, or one of `allowed` (`https://example.com`). A browser
 * always names the origin; who names none is no browser, and needs no protection from other people's pages.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true
  const page = parsed(origin)
  if (!page) return false
  // A proxy may have ended TLS before us, so the scheme is the page's; with it a default port means the same as none.
  return (
    page.host === parsed(`${page.protocol}//${host}`)?.host ||
    allowed.some((own) => parsed(own)?.origin === page.origin)
  )
}

function parsed(address: string): URL | null {
  return /^https?:\/\/[^/]/i.test(address) ? URL.parse(address) : null
}
