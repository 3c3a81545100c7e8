/**
 * In which ring each target is. Parents come before what is below them, because a newer monitor understands an older
 * child; on each level first `sizes[0]` targets, then `sizes[1]` and so on, and at last the rest.
 */
export function planRings<T extends { depth: number; id: number }>(
  targets: readonly T[],
  sizes: readonly number[],
): Array<T & { ring: number }> {
  const depths = [...new Set(targets.map(({ depth }) => depth))].toSorted((a, b) => a - b)
  let ring = 0
  return depths.flatMap((depth) => {
    let level = targets.filter((target) => target.depth === depth).toSorted((a, b) => a.id - b.id)
    const placed: Array<T & { ring: number }> = []
    for (const size of [...sizes, level.length]) {
      if (level.length === 0) break
      const here = ring
      placed.push(...level.slice(0, size).map((target) => ({ ...target, ring: here })))
      level = level.slice(size)
      ring += 1
    }
    return placed
  })
}
