import { useNavigate } from '@tanstack/react-router'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, memo, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { markOf, marksIn } from '../live/health.ts'
import { useCounts, useNode, useTree } from '../live/use-live.ts'
import { pathOf, travelling, useAddress, usePlace } from '../routes/address.ts'
import { classes } from '../ui/class-names.ts'
import { StatusMark } from '../ui/status-mark.tsx'
import { shellTexts } from './shell.texts.ts'
import { type TreeRow, treeRows } from './tree-rows.ts'

const rowHeightPx = 28
/** Monitors down to this depth are open until somebody closes them. */
const openDepth = 0

/** The tree of everything below this monitor: always there, live, and what is chosen in it is the scope of the page. */
export function NodeTree({ onChosen }: { onChosen?: () => void }) {
  const t = useTexts(shellTexts)
  const navigate = useNavigate()
  const place = usePlace()
  const [search] = useAddress()
  const { childrenOf, node } = useTree()
  const [toggled, setToggled] = useState<ReadonlyMap<string, boolean>>(new Map())
  const scroller = useRef<HTMLDivElement>(null)
  const above = useMemo(
    () => new Set(place.agentId === null ? [] : (node(place.agentId)?.path.slice(0, -1) ?? [])),
    // What is above changes with the tree.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
    [place.agentId, childrenOf],
  )
  const rows = useMemo(
    () => treeRows(childrenOf, (id, depth) => toggled.get(id) ?? (depth <= openDepth || above.has(id))),
    [childrenOf, toggled, above],
  )
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 10,
    getItemKey: (index) => rows[index]?.agentId ?? index,
  })
  const [cursor, setCursor] = useState<string | null>(place.agentId)
  const at = Math.max(
    0,
    rows.findIndex((row) => row.agentId === (cursor ?? place.agentId)),
  )

  useEffect(() => {
    const index = rows.findIndex((row) => row.agentId === place.agentId)
    if (index >= 0) virtual.scrollToIndex(index)
    // Only when another node is chosen: a tree that scrolls by itself while one reads it is of no use.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [place.agentId])

  const open = useCallback(
    (agentId: string) => {
      setCursor(agentId)
      void navigate({ to: pathOf({ agentId, tab: 'overview' }), search: travelling(search) })
      onChosen?.()
    },
    [navigate, search, onChosen],
  )
  const toggle = useCallback(
    (agentId: string, expanded: boolean) => setToggled((before) => new Map(before).set(agentId, expanded)),
    [],
  )

  function onKey(event: KeyboardEvent) {
    const row = rows[at]
    if (!row) return
    const moves: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }
    const next = moves[event.key]
    if (next !== undefined) {
      const target = rows[Math.min(rows.length - 1, Math.max(0, next))]
      if (target) setCursor(target.agentId)
      virtual.scrollToIndex(Math.max(0, Math.min(rows.length - 1, next)))
    } else if (event.key === 'ArrowRight') toggle(row.agentId, true)
    else if (event.key === 'ArrowLeft') toggle(row.agentId, false)
    else if (event.key === 'Enter') open(row.agentId)
    else return
    event.preventDefault()
  }

  return (
    <div
      ref={scroller}
      role="tree"
      aria-label={t('tree')}
      aria-activedescendant={rows[at] ? `tree-${rows[at].agentId}` : undefined}
      tabIndex={0}
      onKeyDown={onKey}
      className="group min-h-0 flex-1 overflow-auto py-1"
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          return (
            <div
              key={row.agentId}
              className="absolute top-0 left-0 w-full px-1"
              style={{ height: rowHeightPx, transform: `translateY(${item.start}px)` }}
            >
              <Row
                agentId={row.agentId}
                depth={row.depth}
                expanded={row.expanded}
                chosen={row.agentId === place.agentId}
                focused={item.index === at}
                onOpen={open}
                onToggle={toggle}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}

const Row = memo(function Row(
  props: TreeRow & {
    chosen: boolean
    focused: boolean
    onOpen: (agentId: string) => void
    onToggle: (agentId: string, expanded: boolean) => void
  },
) {
  const t = useTexts(shellTexts)
  const node = useNode(props.agentId)
  if (!node) return null
  return (
    <div
      role="treeitem"
      id={`tree-${props.agentId}`}
      aria-level={props.depth + 1}
      aria-selected={props.chosen}
      aria-expanded={props.expanded ?? undefined}
      onClick={() => props.onOpen(props.agentId)}
      title={`${node.name} (${node.agent_id})`}
      className={classes(
        'flex h-full cursor-pointer items-center gap-1 rounded pr-2 text-sm hover:bg-hover',
        props.chosen && 'bg-chosen font-medium',
        props.focused && 'group-focus-visible:ring-2 group-focus-visible:ring-accent group-focus-visible:ring-inset',
      )}
      style={{ paddingLeft: 4 + props.depth * 14 }}
    >
      {props.expanded === null ? (
        <span className="w-5 shrink-0" />
      ) : (
        <button
          type="button"
          tabIndex={-1}
          aria-label={t(props.expanded ? 'collapse' : 'expand')}
          onClick={(event) => {
            event.stopPropagation()
            props.onToggle(props.agentId, !props.expanded)
          }}
          className="w-5 shrink-0 text-xs text-soft hover:text-ink"
        >
          {props.expanded ? '▾' : '▸'}
        </button>
      )}
      <StatusMark mark={markOf(node)} />
      <span className="min-w-0 flex-1 truncate">{node.name}</span>
      {props.expanded !== null && <BelowCounts agentId={props.agentId} />}
    </div>
  )
})

/** How many are below, and the two worst kinds among them. */
function BelowCounts({ agentId }: { agentId: string }) {
  const below = useCounts(agentId)
  if (!below) return null
  const worst = marksIn(below)
    .filter(({ mark }) => mark !== 'healthy')
    .slice(0, 2)
  return (
    <span className="flex shrink-0 items-center gap-1.5 text-xs font-normal text-soft">
      {worst.map(({ mark, count }) => (
        <span key={mark} className="flex items-center">
          <StatusMark mark={mark} />
          {count}
        </span>
      ))}
      <span>{below.total}</span>
    </span>
  )
}
