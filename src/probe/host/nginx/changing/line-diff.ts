const CONTEXT_LINES = 3
/** Above this many pairs of lines the changed part is shown as replaced altogether. */
const MAX_PAIRS = 4_000_000

type Step = { sign: ' ' | '-' | '+'; text: string }

/** The difference of two texts in unified form, empty when they are equal. */
export function lineDiff(before: string, after: string, names: { before: string; after: string }): string {
  if (before === after) return ''
  const steps = stepsBetween(before.split('\n'), after.split('\n'))
  const hunks = hunksOf(steps)
  return [`--- ${names.before}`, `+++ ${names.after}`, ...hunks].join('\n') + '\n'
}

function stepsBetween(before: string[], after: string[]): Step[] {
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1
  let tail = 0
  const room = Math.min(before.length, after.length) - head
  while (tail < room && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  const same = (text: string): Step => ({ sign: ' ', text })
  return [
    ...before.slice(0, head).map(same),
    ...middleSteps(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...before.slice(before.length - tail).map(same),
  ]
}

/** By the longest common sequence of lines. */
function middleSteps(before: string[], after: string[]): Step[] {
  const width = after.length + 1
  if (before.length * after.length > MAX_PAIRS) {
    return [...before.map((text): Step => ({ sign: '-', text })), ...after.map((text): Step => ({ sign: '+', text }))]
  }
  const common = new Uint32Array((before.length + 1) * width)
  const at = (i: number, j: number): number => common[i * width + j] ?? 0
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      common[i * width + j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
    }
  }
  const steps: Step[] = []
  let i = 0
  let j = 0
  while (i < before.length || j < after.length) {
    const old = before[i]
    const fresh = after[j]
    if (old !== undefined && old === fresh) {
      steps.push({ sign: ' ', text: old })
      i += 1
      j += 1
    } else if (old !== undefined && (fresh === undefined || at(i + 1, j) >= at(i, j + 1))) {
      steps.push({ sign: '-', text: old })
      i += 1
    } else {
      steps.push({ sign: '+', text: fresh ?? '' })
      j += 1
    }
  }
  return steps
}

function hunksOf(steps: Step[]): string[] {
  const lines: string[] = []
  let oldLine = 1
  let newLine = 1
  for (let at = 0; at < steps.length;) {
    const first = steps.findIndex((step, place) => place >= at && step.sign !== ' ')
    if (first < 0) break
    const start = Math.max(at, first - CONTEXT_LINES)
    let end = first + 1
    for (let place = first; place < steps.length && place <= end + 2 * CONTEXT_LINES; place += 1) {
      if (steps[place]?.sign !== ' ') end = place + 1
    }
    end = Math.min(steps.length, end + CONTEXT_LINES)
    oldLine += start - at
    newLine += start - at
    const hunk = steps.slice(start, end)
    const oldCount = hunk.filter(({ sign }) => sign !== '+').length
    const newCount = hunk.filter(({ sign }) => sign !== '-').length
    lines.push(`@@ -${oldLine},${oldCount} +${newLine},${newCount} @@`)
    lines.push(...hunk.map(({ sign, text }) => `${sign}${text}`))
    oldLine += oldCount
    newLine += newCount
    at = end
  }
  return lines
}
