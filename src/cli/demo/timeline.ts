import { styleText } from 'node:util'

/** What the demo prints as things happen: seconds since its start, who, and what. */
export interface Timeline {
  heading(text: string): void
  say(who: string, what: string): void
  /** The end of a step. */
  mark(ok: boolean, text: string): void
  /** Text that stands by itself, line by line. */
  block(text: string): void
}

const whoWidth = 10

export function createTimeline(use: {
  out: (text: string) => void
  clock: () => number
  startedAtMs: number
  colours: boolean
}): Timeline {
  const { out, clock, startedAtMs, colours } = use
  const style = (format: Parameters<typeof styleText>[0], text: string): string =>
    colours ? styleText(format, text, { validateStream: false }) : text
  const time = (): string => style('gray', `${((clock() - startedAtMs) / 1000).toFixed(1).padStart(6)} s`)
  return {
    heading: (text) => out(`\n${style('bold', text)}\n`),
    say: (who, what) => out(`${time()}  ${style('cyan', who.padEnd(whoWidth))} ${what}\n`),
    mark: (ok, text) => out(`${time()}  ${ok ? style('green', 'done') : style('red', 'FAILED')}: ${text}\n`),
    block: (text) => out(`${text.replace(/^(?=.)/gm, '          ')}\n`),
  }
}
