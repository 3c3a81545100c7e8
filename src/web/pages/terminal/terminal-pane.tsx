import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { copyText } from '../../lib/clipboard.ts'
import { classes } from '../../ui/class-names.ts'
import { toast } from '../../ui/toast.tsx'
import { KeyBar } from './key-bar.tsx'
import { LinkBanner } from './link-banner.tsx'
import { PasteDialog } from './paste-dialog.tsx'
import { SearchBar } from './search-bar.tsx'
import { findSession, openTerminalSocket } from './terminal-api.ts'
import { createTerminalLink, type TerminalLink } from './terminal-link.ts'
import { openScreen, type TerminalScreen } from './terminal-screen.ts'
import { terminalTexts } from './terminal.texts.ts'
import { TerminalTools } from './terminal-tools.tsx'
import { bytesOfKey, type KeyName, withControl } from './typed-keys.ts'

const encoder = new TextEncoder()
const binary = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))

/** One terminal: its screen, its connection, and what one can do with it. Stays, hidden, while another is looked at. */
export function TerminalPane({
  serverId,
  session,
  name,
  isNew,
  visible,
  fontSize,
  onFontSize,
  onTitle,
  onStep,
  onOver,
  onNew,
  onClose,
}: {
  serverId: number
  session: string
  name: string
  /** It was made this moment, by us. */
  isNew: boolean
  visible: boolean
  fontSize: number
  onFontSize: (change: 1 | -1) => void
  onTitle: (title: string) => void
  /** To the terminal beside it. */
  onStep: (step: 1 | -1) => void
  /** Its shell has ended: there is nothing left to end. */
  onOver: () => void
  onNew: () => void
  onClose: () => void
}) {
  const t = useTexts(terminalTexts)
  const holder = useRef<HTMLDivElement>(null)
  const tools = useRef<HTMLDivElement>(null)
  const screen = useRef<TerminalScreen>(null)
  const [link] = useState<TerminalLink>(() => makeLink(serverId, session, () => screen.current))
  const state = useSyncExternalStore(link.subscribe, link.state)
  const [searching, setSearching] = useState(false)
  const [pasting, setPasting] = useState(false)
  const [control, setControl] = useState(false)
  const held = useRef(false)
  held.current = control
  const acts = { onTitle, onStep, onOver, copy, search: () => setSearching(true) }
  const latest = useRef(acts)
  latest.current = acts
  const first = useRef({ isNew, fontSize, label: t('terminal', { name }) })

  useEffect(() => {
    const place = holder.current
    if (!place) return undefined
    const made = openScreen({
      holder: place,
      fontSize: first.current.fontSize,
      label: first.current.label,
      onInput(text) {
        const wanted = held.current ? withControl(text) : text
        if (held.current) setControl(false)
        link.type(encoder.encode(wanted))
      },
      onBinary: (bytes) => link.type(binary(bytes)),
      onTitle: (title) => latest.current.onTitle(title),
      onKey: (event) =>
        pageKey(event, { ...latest.current, leave: () => tools.current?.querySelector('button')?.focus() }),
    })
    screen.current = made
    const fit = () => {
      const size = made.fit()
      if (size) link.resize(size.cols, size.rows)
    }
    fit()
    const watching = new ResizeObserver(fit)
    watching.observe(place)
    link.start(first.current.isNew)
    const hurry = () => document.hidden || link.hurry()
    addEventListener('online', hurry)
    document.addEventListener('visibilitychange', hurry)
    return () => {
      removeEventListener('online', hurry)
      document.removeEventListener('visibilitychange', hurry)
      watching.disconnect()
      link.stop()
      made.close()
      screen.current = null
    }
  }, [link])

  useEffect(() => {
    const made = screen.current
    if (!made) return
    made.setFontSize(fontSize)
    const size = visible ? made.fit() : null
    if (size) link.resize(size.cols, size.rows)
  }, [fontSize, visible, link])
  useEffect(() => {
    if (visible) screen.current?.focus()
  }, [visible])

  const isOver = state.name === 'ended' || state.name === 'gone'
  useEffect(() => {
    if (isOver) latest.current.onOver()
  }, [isOver])

  async function copy() {
    const text = screen.current?.selection() ?? ''
    if (text === '') toast('failed', t('copyNothing'))
    else if (await copyText(text)) toast('done', t('copied'))
    else toast('failed', t('copyFailed'))
    screen.current?.focus()
  }
  async function paste() {
    const { clipboard } = navigator as { clipboard?: Clipboard }
    const text = await clipboard?.readText().catch(() => undefined)
    if (text === undefined) setPasting(true)
    else insert(text)
  }
  function insert(text: string) {
    screen.current?.paste(text)
    screen.current?.focus()
  }
  function press(key: KeyName) {
    const bytes = bytesOfKey(key, screen.current?.wantsApplicationKeys() ?? false)
    link.type(encoder.encode(control ? withControl(bytes) : bytes))
    setControl(false)
    screen.current?.focus()
  }

  return (
    <section
      aria-label={t('terminal', { name })}
      className={classes('min-h-0 flex-1 flex-col', visible ? 'flex' : 'hidden')}
    >
      <TerminalTools
        ref={tools}
        state={state}
        fontSize={fontSize}
        onFontSize={onFontSize}
        onSearch={() => setSearching(true)}
        onCopy={() => void copy()}
        onPaste={() => void paste()}
        onKey={press}
      />
      {searching && (
        <SearchBar
          find={(text, direction) => screen.current?.find(text, direction) ?? false}
          onClose={() => {
            setSearching(false)
            screen.current?.endSearch()
            screen.current?.focus()
          }}
        />
      )}
      <div className="relative min-h-0 flex-1 bg-[light-dark(#ffffff,#0f141a)] py-1 pl-2">
        <div ref={holder} className="h-full overflow-hidden" />
      </div>
      <LinkBanner state={state} onAgain={() => link.again()} onNew={onNew} onClose={onClose} name={name} />
      <KeyBar control={control} onControl={() => setControl(!control)} onKey={press} />
      <PasteDialog open={pasting} onClose={() => setPasting(false)} onPaste={insert} />
    </section>
  )
}

function makeLink(serverId: number, session: string, screen: () => TerminalScreen | null): TerminalLink {
  return createTerminalLink({
    find: () => findSession(serverId, session),
    open: (again, listener) => openTerminalSocket(serverId, session, again, listener),
    onReplay: async (bytes) => await screen()?.replay(bytes),
    onBytes: (bytes) => screen()?.write(bytes),
    clock: Date.now,
    random: Math.random,
    later(run, delayMs) {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
  })
}

/** Keys with Ctrl and Shift are the page's; all others go to the program. */
function pageKey(
  event: KeyboardEvent,
  acts: { copy: () => Promise<void>; search: () => void; onStep: (step: 1 | -1) => void; leave: () => void },
): boolean {
  if (!event.ctrlKey || !event.shiftKey) return false
  const keys: Record<string, () => void> = {
    KeyC: () => void acts.copy(),
    KeyF: acts.search,
    ArrowLeft: () => acts.onStep(-1),
    ArrowRight: () => acts.onStep(1),
    ArrowUp: acts.leave,
  }
  const act = keys[event.code]
  if (!act) return false
  event.preventDefault()
  act()
  return true
}
