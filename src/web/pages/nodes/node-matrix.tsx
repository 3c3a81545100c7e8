import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { markOf } from '../../live/health.ts'
import type { NodeItem } from '../../live/node-store.ts'
import { useNode } from '../../live/use-live.ts'
import { StatusMark } from '../../ui/status-mark.tsx'

const cellPx = 132
const rowPx = 34

/** Many nodes at a glance: a mark and a name each, in as many columns as fit. */
export function NodeMatrix({
  rows,
  onOpen,
  empty,
}: {
  rows: readonly NodeItem[]
  onOpen: (node: NodeItem) => void
  empty: ReactNode
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const [columns, setColumns] = useState(4)
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => setColumns(Math.max(1, Math.floor(element.clientWidth / cellPx))))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const virtual = useVirtualizer({
    count: Math.ceil(rows.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
  })
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-auto p-2">
      {rows.length === 0 && empty}
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((line) => (
          <div
            key={line.index}
            className="absolute top-0 left-0 grid w-full gap-1"
            style={{
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
              height: rowPx - 4,
              transform: `translateY(${line.start}px)`,
            }}
          >
            {rows.slice(line.index * columns, (line.index + 1) * columns).map((node) => (
              <Cell key={node.agent_id} node={node} onOpen={onOpen} />
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}

function Cell({ node, onOpen }: { node: NodeItem; onOpen: (node: NodeItem) => void }) {
  const live = useNode(node.agent_id) ?? node
  return (
    <button
      type="button"
      onClick={() => onOpen(live)}
      title={live.agent_id}
      className="flex min-w-0 items-center gap-1 rounded border border-line bg-panel px-1.5 text-left text-xs hover:bg-hover"
    >
      <StatusMark mark={markOf(live)} />
      <span className="truncate">{live.name}</span>
    </button>
  )
}
