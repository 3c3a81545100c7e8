import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { classes } from './class-names.ts'
import { uiTexts } from './ui.texts.ts'

export interface Column<Row, Id extends string = string> {
  id: Id
  title: string
  /** A width as CSS grid takes it, in rem: `8rem`, `minmax(10rem, 2fr)`. */
  width: string
  cell: (row: Row) => ReactNode
  sortable?: boolean
  align?: 'left' | 'right'
}
/** `name` ascending, `-name` descending: the form the API and the address use. */
export type Sort = string

const rowHeightPx = 36
const headHeightPx = 34
/** The space left and right of a row (`px-3`). */
const sidesRem = 1.5

/** What a column needs at least: the first length in its width, which is in rem. */
const leastRem = (width: string): number => Number(/([\d.]+)rem/.exec(width)?.[1] ?? 4)
const nearEndPx = 20 * rowHeightPx

/**
 * A table of any length: only what is in sight is drawn. Arrow keys, Page, Home and End move, Enter opens. Rows are drawn
 * by `cell`, which should read live figures itself, so that one change does not draw the whole table.
 */
export function DataTable<Row>({
  label,
  columns,
  rows,
  keyOf,
  sort,
  onSort,
  onOpen,
  onRowKey,
  onNearEnd,
  empty,
}: {
  label: string
  columns: ReadonlyArray<Column<Row>>
  rows: readonly Row[]
  keyOf: (row: Row) => string
  sort?: Sort
  onSort?: (sort: Sort) => void
  onOpen?: (row: Row) => void
  /** A key that means nothing to the table itself, with the row that has the focus. */
  onRowKey?: (event: KeyboardEvent, row: Row | undefined) => void
  /** Scrolled to where the rows soon end: the time to read more. Called often. */
  onNearEnd?: () => void
  empty?: ReactNode
}) {
  const t = useTexts(uiTexts)
  const scroller = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState(0)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeightPx,
    overscan: 12,
    scrollPaddingStart: headHeightPx,
  })
  const template = columns.map((column) => column.width).join(' ')
  // Head and rows are grids of their own: of one width, or their columns would not stand below each other.
  const width = `max(100%, ${columns.reduce((sum, column) => sum + leastRem(column.width), sidesRem)}rem)`
  const focused = Math.min(at, Math.max(0, rows.length - 1))

  function move(event: KeyboardEvent) {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / rowHeightPx) - 2)
    const steps: Record<string, number> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -rows.length,
      End: rows.length,
    }
    const row = rows[focused]
    if (event.key === 'Enter' && onOpen && row && event.target === event.currentTarget) {
      // Else the same key would press the first button of what opens.
      event.preventDefault()
      return onOpen(row)
    }
    const step = steps[event.key]
    if (step === undefined) {
      if (event.target === event.currentTarget) onRowKey?.(event, row)
      return
    }
    event.preventDefault()
    const next = Math.min(rows.length - 1, Math.max(0, focused + step))
    setAt(next)
    virtual.scrollToIndex(next)
  }

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={rows.length > 0 ? `${label}-${focused}` : undefined}
      tabIndex={0}
      onKeyDown={move}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        if (scrollHeight - scrollTop - clientHeight < nearEndPx) onNearEnd?.()
      }}
      className="group relative min-h-0 flex-1 overflow-auto"
    >
      <div
        role="row"
        className="sticky top-0 z-10 grid items-center border-b border-line bg-panel px-3 text-xs text-soft"
        style={{ gridTemplateColumns: template, height: headHeightPx, width }}
      >
        {columns.map((column) => (
          <div
            key={column.id}
            role="columnheader"
            aria-sort={sort === column.id ? 'ascending' : sort === `-${column.id}` ? 'descending' : undefined}
            className={classes('truncate pr-3', column.align === 'right' && 'text-right')}
          >
            {column.sortable && onSort ? (
              <button
                type="button"
                className="font-medium hover:text-ink"
                onClick={() => onSort(sort === column.id ? `-${column.id}` : column.id)}
              >
                {column.title}
                <SortSign sort={sort} id={column.id} ascending={t('sortAscending')} descending={t('sortDescending')} />
              </button>
            ) : (
              column.title
            )}
          </div>
        ))}
      </div>
      {rows.length === 0 && (
        <div role="row">
          <div role="gridcell">{empty}</div>
        </div>
      )}
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize(), width }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (row === undefined) return null
          return (
            <div
              key={keyOf(row)}
              id={`${label}-${item.index}`}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={item.index === focused}
              onClick={() => {
                setAt(item.index)
                onOpen?.(row)
              }}
              className={classes(
                'absolute top-0 left-0 grid w-full items-center border-b border-line px-3 hover:bg-hover',
                onOpen && 'cursor-pointer',
                item.index === focused && 'group-focus-visible:bg-chosen',
              )}
              style={{ gridTemplateColumns: template, height: rowHeightPx, transform: `translateY(${item.start}px)` }}
            >
              {columns.map((column) => (
                <div
                  key={column.id}
                  role="gridcell"
                  className={classes('min-w-0 truncate pr-3', column.align === 'right' && 'text-right')}
                >
                  {column.cell(row)}
                </div>
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function SortSign(props: { sort: Sort | undefined; id: string; ascending: string; descending: string }) {
  if (props.sort === props.id) return <span aria-label={props.ascending}> ↑</span>
  return props.sort === `-${props.id}` ? <span aria-label={props.descending}> ↓</span> : null
}
