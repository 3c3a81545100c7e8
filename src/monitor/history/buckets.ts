/** The width of a bucket, in whole seconds, so that a span has at most `limit` of them. */
export function bucketSeconds(spanMs: number, limit: number): number {
  return Math.max(1, Math.ceil(spanMs / 1000 / limit))
}
