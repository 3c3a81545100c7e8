/** Whether a glob with `*` (any run of characters) and `?` (one character) matches the whole text; never backtracks far. */
export function globMatches(glob: string, text: string): boolean {
  let at = 0
  let position = 0
  let star = -1
  let resume = 0
  while (position < text.length) {
    const wanted = glob[at]
    if (wanted === '*') {
      star = at++
      resume = position
    } else if (wanted === '?' || wanted === text[position]) {
      at++
      position++
    } else if (star >= 0) {
      at = star + 1
      position = ++resume
    } else {
      return false
    }
  }
  while (glob[at] === '*') at++
  return at === glob.length
}
