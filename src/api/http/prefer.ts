/** How long the caller wants to wait, from `Prefer: wait=<seconds>` (RFC 7240), in ms; undefined when it does not say. */
export function preferredWaitMs(header: string | undefined): number | undefined {
  const wait = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,5})"?\s*(?:$|[,;])/i.exec(header ?? '')
  return wait ? Number(wait[1]) * 1000 : undefined
}
