import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/class-names.ts'
import { Input, Select } from '../../ui/field.tsx'
import { dockerTexts } from './docker.texts.ts'
import type { LogLine } from './log-buffer.ts'
import { type LogState, useContainerLogs } from './use-container-logs.ts'

const tails = ['200', '1000', '5000'] as const
const lineHeightPx = 18
const nearEndPx = 30

/** What a container writes, live: at its end it stays at the end; one can pause it, search it, wrap it. */
export function LogView({ agentId, containerId }: { agentId: string; containerId: string }) {
  const t = useTexts(dockerTexts)
  const [tail, setTail] = useState<(typeof tails)[number]>('200')
  const { lines, state } = useContainerLogs(agentId, containerId, Number(tail))
  const [held, setHeld] = useState<readonly LogLine[] | null>(null)
  const [wrap, setWrap] = useState(true)
  const [times, setTimes] = useState(false)
  const [q, setQ] = useState('')
  const all = held ?? lines
  const words = q.toLowerCase()
  const shown = useMemo(
    () => (words === '' ? all : all.filter(({ text }) => text.toLowerCase().includes(words))),
    [all, words],
  )
  const fresh = held === null ? 0 : (lines.at(-1)?.seq ?? 0) - (held.at(-1)?.seq ?? 0)
  const toggles = [
    { label: t('wrap'), on: wrap, set: setWrap },
    { label: t('times'), on: times, set: setTimes },
  ]

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        <Input
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          value={q}
          onChange={(event) => setQ(event.target.value)}
          className="max-w-64 min-w-32 flex-1"
        />
        <Select
          label={t('lines')}
          value={tail}
          options={tails.map((value) => ({ value, label: value }))}
          onChoose={(next) => {
            setHeld(null)
            setTail(next)
          }}
        />
        {toggles.map(({ label, on, set }) => (
          <Button key={label} kind={on ? 'plain' : 'quiet'} aria-pressed={on} onClick={() => set(!on)}>
            {label}
          </Button>
        ))}
        <Button
          kind={held === null ? 'plain' : 'primary'}
          aria-pressed={held !== null}
          onClick={() => setHeld(held === null ? lines : null)}
        >
          {held === null ? t('pauseLogs') : t('resumeLogs')}
          {fresh > 0 && ` · ${t('newLines', { count: fresh })}`}
        </Button>
      </div>
      <p role="status" className="flex gap-3 px-3 py-1 text-xs text-soft">
        <StateText state={state} />
        <span className="ml-auto">
          {words === '' ? t('kept', { count: all.length }) : t('found', { count: shown.length })}
        </span>
      </p>
      <Lines lines={shown} wrap={wrap} times={times} words={words} label={t('logs')} nothing={t('noLogs')} />
    </div>
  )
}

function StateText({ state }: { state: LogState }) {
  const t = useTexts(dockerTexts)
  if (state.name === 'refused') return <span className="text-bad">{t('refused', { reason: state.reason })}</span>
  return <span className={state.name === 'broken' ? 'text-warn' : undefined}>{t(state.name)}</span>
}

function Lines(props: {
  lines: readonly LogLine[]
  wrap: boolean
  times: boolean
  words: string
  label: string
  nothing: string
}) {
  const { lines, wrap, times, words, label, nothing } = props
  const box = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeightPx,
    getItemKey: (at) => lines[at]?.seq ?? at,
    overscan: 20,
  })
  const last = lines.at(-1)?.seq
  useEffect(() => {
    if (follows.current && lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' })
  }, [last, lines.length, wrap, virtual])

  return (
    <div
      ref={box}
      role="log"
      aria-live="off"
      aria-label={label}
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        follows.current = scrollHeight - scrollTop - clientHeight < nearEndPx
      }}
      className="min-h-0 flex-1 overflow-auto border-t border-line bg-page px-3 py-1 font-mono text-xs leading-[18px]"
    >
      {lines.length === 0 && <p className="text-soft">{nothing}</p>}
      <div className={classes('relative', !wrap && 'w-max min-w-full')} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index]
          if (!line) return null
          return (
            <div
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={classes(
                'min-h-[18px]',
                wrap
                  ? 'absolute top-0 left-0 w-full break-words whitespace-pre-wrap'
                  : 'absolute top-0 left-0 whitespace-pre',
              )}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              {times && line.at !== null && (
                <span className="pr-2 text-soft">{line.at.slice(0, 23).replace('T', ' ')}</span>
              )}
              <Marked text={line.text} words={words} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** The text with what was searched for marked. */
function Marked({ text, words }: { text: string; words: string }) {
  if (words === '') return text
  const lower = text.toLowerCase()
  const parts = []
  let from = 0
  for (let at = lower.indexOf(words); at !== -1 && parts.length < 200; at = lower.indexOf(words, from)) {
    parts.push(text.slice(from, at))
    parts.push(
      <mark key={at} className="rounded-sm bg-warn-ground text-warn">
        {text.slice(at, at + words.length)}
      </mark>,
    )
    from = at + words.length
  }
  return (
    <>
      {parts}
      {text.slice(from)}
    </>
  )
}
