import { Link } from '@tanstack/react-router'
import { useDeferredValue, useMemo, useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { useWide } from '../../lib/use-wide.ts'
import { type Mark, markOf, marks, marksIn } from '../../live/health.ts'
import type { NodesView } from '../../live/node-store.ts'
import { useCounts, useNode, useNodes } from '../../live/use-live.ts'
import { pathOf } from '../../routes/address.ts'
import { classes } from '../../ui/class-names.ts'
import { HealthBar } from '../../ui/health-bar.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status-mark.tsx'
import { type Card, cardHeightPx, cardWidthPx, type Line, pictureOf } from './federation-layout.ts'
import { FederationList } from './federation-list.tsx'
import { overviewTexts } from './overview.texts.ts'

/** Up to so many monitors below the top, all of them are open until somebody closes them. */
const openMonitors = 8

/** The tree of this scope as a picture: who is below whom, where it is bad, and which branch is cut off. */
export function Federation({ agentId }: { agentId: string | null }) {
  const t = useTexts(overviewTexts)
  const isWide = useWide()
  // Drawn in slices, after what the person does: it is the largest of what changes with every page of nodes that is read.
  const view = useDeferredValue(useNodes())
  const tops = view.childrenOf.get(null) ?? []
  const top = agentId ?? (tops.length === 1 && view.nodes.get(tops[0] ?? '')?.depth === 0 ? (tops[0] ?? null) : null)

  if (view.loaded && (view.counts.get(top)?.total ?? 0) === 0) {
    return (
      <EmptyState title={t('onlyHere')}>
        <p>{t('onlyHereHint')}</p>
        <Link to="/start" className="text-accent underline">
          {t('addHost')}
        </Link>
      </EmptyState>
    )
  }
  if (view.nodes.size === 0 || (top !== null && !view.nodes.has(top))) return null
  return isWide ? <Drawing view={view} top={top} /> : <FederationList top={top} />
}

function Drawing({ view, top }: { view: NodesView; top: string | null }) {
  const t = useTexts(overviewTexts)
  const [toggled, setToggled] = useState<ReadonlyMap<string | null, boolean>>(new Map())
  const picture = useMemo(() => {
    const { nodes, childrenOf, counts } = view
    const isMonitor = (id: string) => nodes.get(id)?.role === 'monitor'
    const isSmall = (childrenOf.get(top) ?? []).filter(isMonitor).length <= openMonitors
    return pictureOf(top, {
      childrenOf,
      isMonitor,
      isOpen: (id, depth) => toggled.get(id) ?? (depth === 0 || isSmall),
      worstOf(id) {
        const node = nodes.get(id)
        const below = counts.get(id)
        const own: Mark = node ? markOf(node) : 'unknown'
        const found = [own, ...(below ? marksIn(below).map(({ mark }) => mark) : [])]
        return marks.find((mark) => found.includes(mark)) ?? own
      },
    })
  }, [view, top, toggled])
  const toggle = (card: Card) => setToggled((before) => new Map(before).set(card.agentId, !(card.expanded ?? false)))
  return (
    <div ref={showTop} className="max-h-[32rem] overflow-auto p-3">
      <div className="relative" style={{ width: picture.width, height: picture.height }}>
        <svg aria-hidden className="absolute inset-0 h-full w-full overflow-visible">
          {picture.lines.map((line) => (
            <Branch key={line.key} line={line} />
          ))}
        </svg>
        <ul aria-label={t('federation')}>
          {picture.cards.map((card) => (
            <li
              key={card.key}
              className="absolute flex"
              style={{ left: card.left, top: card.top, width: cardWidthPx, height: cardHeightPx }}
            >
              <CardOf card={card} onToggle={() => toggle(card)} />
            </li>
          ))}
        </ul>
      </div>
    </div>
  )
}

/** A tall picture begins at its top card, which stands in the middle of its children. */
function showTop(scroller: HTMLDivElement | null): void {
  if (scroller) scroller.scrollTop = (scroller.scrollHeight - scroller.clientHeight) / 2
}

const cut: readonly Mark[] = ['offline', 'unreachable', 'unknown']

/** The line to the parent: broken where nothing comes through. */
function Branch({ line }: { line: Line }) {
  const node = useNode(line.agentId ?? '')
  const isCut = node !== undefined && cut.includes(markOf(node))
  const [fromX, fromY] = line.from
  const [toX, toY] = line.to
  const bend = (fromX + toX) / 2
  return (
    <path
      d={`M${fromX},${fromY} C${bend},${fromY} ${bend},${toY} ${toX},${toY}`}
      fill="none"
      strokeWidth={1.5}
      strokeDasharray={isCut ? '3 5' : undefined}
      className={isCut ? 'stroke-bad' : 'stroke-strong'}
    />
  )
}

function CardOf({ card, onToggle }: { card: Card; onToggle: () => void }) {
  const t = useTexts(overviewTexts)
  const all = useCounts(null)
  if (card.rest > 0) {
    return (
      <Link
        to={pathOf({ agentId: card.agentId, tab: 'nodes' })}
        className="flex flex-1 items-center rounded-md border border-dashed border-line px-2 text-xs text-soft hover:bg-hover"
      >
        {t('rest', { count: card.rest })}
      </Link>
    )
  }
  if (card.agentId !== null) return <NodeCard card={{ ...card, agentId: card.agentId }} onToggle={onToggle} />
  return (
    <div className="flex min-w-0 flex-1 flex-col justify-center gap-1 rounded-md border border-line bg-raised px-2">
      <span className="flex text-sm">
        <span className="flex-1">{t('thisMonitor')}</span>
        <span className="text-xs text-soft">{all?.total}</span>
      </span>
      <HealthBar counts={all} />
    </div>
  )
}

function NodeCard({ card, onToggle }: { card: Card & { agentId: string }; onToggle: () => void }) {
  const t = useTexts(overviewTexts)
  const node = useNode(card.agentId)
  const below = useCounts(card.agentId)
  if (!node) return null
  const mark = markOf(node)
  return (
    <>
      <Link
        to={pathOf({ agentId: card.agentId, tab: 'overview' })}
        title={`${node.name} (${node.agent_id})`}
        className={classes(
          'flex min-w-0 flex-1 flex-col justify-center gap-1 rounded-md border bg-raised pl-1.5 hover:bg-hover',
          card.expanded === null ? 'pr-2' : 'pr-4',
          mark === 'critical' ? 'border-bad' : mark === 'warning' ? 'border-warn' : 'border-line',
          cut.includes(mark) && 'border-dashed',
        )}
      >
        <span className="flex items-center gap-1 text-sm">
          <StatusMark mark={mark} />
          <span className="min-w-0 flex-1 truncate">{node.name}</span>
          {below && (
            <span className="text-xs text-soft">
              <span aria-hidden>{below.total}</span>
              <span className="sr-only">{t('below', { count: below.total })}</span>
            </span>
          )}
        </span>
        {below && <HealthBar counts={below} />}
      </Link>
      {card.expanded !== null && (
        <button
          type="button"
          onClick={onToggle}
          aria-expanded={card.expanded}
          aria-label={t(card.expanded ? 'fold' : 'unfold', { name: node.name })}
          className="absolute top-2.5 -right-2.5 flex size-5 items-center justify-center rounded-full border border-line bg-raised text-xs leading-none text-soft hover:text-ink"
        >
          {card.expanded ? '−' : '+'}
        </button>
      )}
    </>
  )
}
