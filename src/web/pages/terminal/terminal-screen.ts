import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { isDark, onThemeChange } from '../../lib/theme-changes.ts'
import { terminalColors } from './terminal-colors.ts'

const scrollbackLines = 10_000

/** What a terminal of a page shows and takes, without a connection. */
export interface TerminalScreen {
  write(bytes: Uint8Array): void
  /**
   * Clears it for `bytes` that were on it before, and resolves when they are drawn: what programs asked the terminal then
   * is not answered again.
   */
  replay(bytes: number): Promise<void>
  /** Fits it to its place; null while it is not in sight. */
  fit(): { cols: number; rows: number } | null
  setFontSize(px: number): void
  selection(): string
  paste(text: string): void
  /** Whether programs want arrows and Home as an application (vim) does. */
  wantsApplicationKeys(): boolean
  focus(): void
  /** Goes to the next match from where one is; false when there is none. */
  find(text: string, direction: 'next' | 'previous'): boolean
  endSearch(): void
  close(): void
}

export function openScreen(parts: {
  holder: HTMLElement
  fontSize: number
  label: string
  onInput: (text: string) => void
  onBinary: (bytes: string) => void
  onTitle: (title: string) => void
  /** Keys of the page, before the terminal takes them; true: it was one. */
  onKey: (event: KeyboardEvent) => boolean
}): TerminalScreen {
  const { holder } = parts
  let replayLeft = 0
  let replayed: (() => void) | null = null
  const colours = () => terminalColors[isDark() ? 'dark' : 'light']
  const terminal = new Terminal({
    allowProposedApi: false,
    cursorBlink: true,
    fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Noto Sans Mono CJK SC", monospace',
    fontSize: parts.fontSize,
    macOptionIsMeta: true,
    minimumContrastRatio: 4.5,
    scrollback: scrollbackLines,
    theme: colours(),
  })
  const fitting = new FitAddon()
  const searching = new SearchAddon()
  terminal.loadAddon(fitting)
  terminal.loadAddon(searching)
  terminal.attachCustomKeyEventHandler((event) => event.type !== 'keydown' || !parts.onKey(event))
  terminal.onData((text) => replayed === null && parts.onInput(text))
  terminal.onBinary((bytes) => replayed === null && parts.onBinary(bytes))
  terminal.onTitleChange(parts.onTitle)
  terminal.open(holder)
  terminal.textarea?.setAttribute('aria-label', parts.label)
  const stopTheme = onThemeChange(() => (terminal.options.theme = colours()))

  function endReplay(): void {
    replayed?.()
    replayed = null
  }

  return {
    write(bytes) {
      if (replayLeft <= 0) return terminal.write(bytes)
      replayLeft -= bytes.length
      if (replayLeft > 0) terminal.write(bytes)
      else terminal.write(bytes, endReplay)
    },
    replay(bytes) {
      terminal.reset()
      endReplay()
      replayLeft = bytes
      if (bytes === 0) return Promise.resolve()
      return new Promise((resolve) => (replayed = resolve))
    },
    fit() {
      if (holder.clientWidth === 0 || holder.clientHeight === 0) return null
      fitting.fit()
      return { cols: terminal.cols, rows: terminal.rows }
    },
    setFontSize(px) {
      terminal.options.fontSize = px
    },
    selection: () => terminal.getSelection(),
    paste: (text) => terminal.paste(text),
    wantsApplicationKeys: () => terminal.modes.applicationCursorKeysMode,
    focus: () => terminal.focus(),
    find: (text, direction) => (direction === 'next' ? searching.findNext(text) : searching.findPrevious(text)),
    endSearch() {
      searching.clearDecorations()
      terminal.clearSelection()
    },
    close() {
      stopTheme()
      terminal.dispose()
    },
  }
}
