/** `1.2.3` or `1.2.3-beta.1`: a semantic version without build data, which is what a release is called. */
export const versionPattern =
  /^(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:-([0-9A-Za-z][0-9A-Za-z.-]{0,40}))?$/

/** Below 0 when `a` is the older version, 0 when they are the same, above 0 when it is the newer. Both are versions. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [versionPattern.exec(a), versionPattern.exec(b)]
  if (!left || !right) throw new TypeError(`not a version: ${left ? b : a}`)
  for (const part of [1, 2, 3]) {
    const difference = Number(left[part]) - Number(right[part])
    if (difference !== 0) return difference
  }
  return comparePreReleases(left[4], right[4])
}

export const isPreRelease = (version: string): boolean => version.includes('-')

function comparePreReleases(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  const [left, right] = [a.split('.'), b.split('.')]
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = compareParts(left[at], right[at])
    if (difference !== 0) return difference
  }
  return 0
}

/** Fewer parts are older, numbers are older than words, words go by their letters. */
function compareParts(a: string | undefined, b: string | undefined): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined)
  const numbers = [/^\d+$/.test(a), /^\d+$/.test(b)]
  if (numbers[0] && numbers[1]) return Number(a) - Number(b)
  if (numbers[0] !== numbers[1]) return numbers[0] ? -1 : 1
  return a < b ? -1 : Number(a > b)
}
