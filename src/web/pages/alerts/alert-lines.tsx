import { useVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect } from 'react'
import type { Alert } from '../../../contract/alerts.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Age } from '../../ui/age.tsx'
import { Badge, severityTone } from '../../ui/badge.tsx'
import { classes } from '../../ui/class-names.ts'
import { uiTexts } from '../../ui/ui.texts.ts'
import { alertsTexts } from './alerts.texts.ts'
import { type AlertGroup, type AlertLine, alertsOf } from './group-alerts.ts'

const linePx = 54

/** Alerts and groups of any number: only what is in sight is drawn. */
export function AlertLines(props: {
  grid: RefObject<HTMLDivElement | null>
  lines: readonly AlertLine[]
  at: number
  /** Whether somebody has moved there by key. */
  hasCursor: boolean
  chosen: ReadonlySet<number>
  openId: number | null
  maySelect: boolean
  /** Whether somebody is reading: the pointer rests here, or the list is scrolled. */
  onUse: (isUsed: boolean) => void
  onAt: (line: AlertLine) => void
  onToggle: (alerts: readonly Alert[]) => void
  onToggleGroup: (key: string) => void
  onOpen: (alert: Alert) => void
}) {
  const t = useTexts(alertsTexts)
  const { grid, lines, at, hasCursor } = props
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => grid.current,
    estimateSize: () => linePx,
    overscan: 10,
  })
  useEffect(() => {
    if (hasCursor) virtual.scrollToIndex(at)
  }, [at, hasCursor, virtual])
  const isScrolled = () => (grid.current?.scrollTop ?? 0) > 0

  return (
    <div
      ref={grid}
      role="grid"
      aria-label={t('rowsLabel')}
      aria-rowcount={lines.length}
      aria-activedescendant={hasCursor ? `alert-line-${at}` : undefined}
      tabIndex={0}
      onPointerEnter={() => props.onUse(true)}
      onPointerLeave={() => props.onUse(isScrolled())}
      onScroll={() => isScrolled() && props.onUse(true)}
      className="min-h-0 flex-1 overflow-y-auto"
    >
      <div role="rowgroup" className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index]
          if (!line) return null
          const alerts = alertsOf(line)
          const isChosen = alerts.every(({ alert_id }) => props.chosen.has(alert_id))
          const isOpen = line.kind === 'alert' && line.alert.alert_id === props.openId
          return (
            <div
              key={line.key}
              id={`alert-line-${item.index}`}
              role="row"
              aria-rowindex={item.index + 1}
              aria-selected={isChosen}
              aria-expanded={line.kind === 'group' ? line.open : undefined}
              onClick={() => {
                props.onAt(line)
                if (line.kind === 'group') props.onToggleGroup(line.key)
                else props.onOpen(line.alert)
              }}
              className={classes(
                'absolute top-0 left-0 flex w-full cursor-pointer items-center gap-2 border-b border-line pr-3 hover:bg-hover',
                line.kind === 'alert' && line.inGroup ? 'pl-8' : 'pl-3',
                (isOpen || isChosen) && 'bg-chosen',
                hasCursor && item.index === at && 'outline-2 -outline-offset-2 outline-accent',
              )}
              style={{ height: linePx, transform: `translateY(${item.start}px)` }}
            >
              {props.maySelect && (
                <div role="gridcell" className="flex" onClick={(event) => event.stopPropagation()}>
                  <input
                    type="checkbox"
                    checked={isChosen}
                    aria-label={t('select', {
                      text: line.kind === 'group' ? line.group.head.type : line.alert.description,
                    })}
                    onChange={() => props.onToggle(alerts)}
                    className="size-4"
                  />
                </div>
              )}
              <div role="gridcell" className="min-w-0 flex-1">
                {line.kind === 'group' ? (
                  <GroupLine group={line.group} open={line.open} />
                ) : (
                  <OneAlert alert={line.alert} />
                )}
              </div>
            </div>
          )
        })}
      </div>
    </div>
  )
}

function OneAlert({ alert }: { alert: Alert }) {
  const t = useTexts(alertsTexts)
  const words = useTexts(uiTexts)
  return (
    <>
      <div className="flex items-center gap-2">
        <Badge tone={severityTone[alert.severity]}>{words(alert.severity)}</Badge>
        <span className="min-w-0 flex-1 truncate text-sm" title={alert.description}>
          {alert.description}
        </span>
        <span className="text-xs text-soft">
          <Age at={alert.created_at} />
        </span>
      </div>
      <div className="flex items-center gap-2 text-xs text-soft">
        <span className="max-w-[40%] truncate font-medium" title={alert.agent_id}>
          {alert.agent_name}
        </span>
        <span className="truncate">
          {alert.subject === '' || alert.origin === 'rule' ? alert.type : `${alert.type} · ${alert.subject}`}
        </span>
        {alert.occurrences > 1 && <span className="whitespace-nowrap">{t('times', { count: alert.occurrences })}</span>}
        <span className="ml-auto flex shrink-0 items-center gap-1">
          {alert.silenced_by.length > 0 && <Badge>{t('silenced')}</Badge>}
          <Status alert={alert} />
        </span>
      </div>
    </>
  )
}

/** How far an alert is, and who brought it there. */
function Status({ alert }: { alert: Alert }) {
  const t = useTexts(alertsTexts)
  switch (alert.status) {
    case 'new':
      return <Badge tone="bad">{t('new')}</Badge>
    case 'acknowledged':
      return <Badge tone="accent">{t('ackedBy', { who: alert.acknowledged_by ?? '–' })}</Badge>
    case 'resolved':
      return <Badge tone="good">{t('resolvedBy', { who: alert.resolved_by ?? '–' })}</Badge>
  }
}

function GroupLine({ group, open }: { group: AlertGroup; open: boolean }) {
  const t = useTexts(alertsTexts)
  const words = useTexts(uiTexts)
  const { head, alerts, kind } = group
  const worst = alerts[0]?.severity ?? head.severity
  const nodes = new Set(alerts.map(({ agent_id }) => agent_id)).size
  const title =
    kind === 'cause' ? head.description : kind === 'node' ? head.agent_name : t('sameOn', { type: head.type, nodes })
  return (
    <>
      <div className="flex items-center gap-2">
        <span aria-hidden className="w-3 text-xs text-soft">
          {open ? '▾' : '▸'}
        </span>
        <Badge tone={severityTone[worst]}>{words(worst)}</Badge>
        <span className="min-w-0 flex-1 truncate text-sm font-medium" title={title}>
          {title}
        </span>
        <span className="text-xs text-soft">
          <Age at={head.created_at} />
        </span>
      </div>
      <div className="flex items-center gap-2 pl-5 text-xs text-soft">
        <Badge tone="accent">{t(kind === 'cause' ? 'causes' : 'ofNode', { count: alerts.length })}</Badge>
        <span className="truncate">
          {[...new Set(alerts.map(({ agent_name }) => agent_name))].slice(0, 6).join(', ')}
        </span>
      </div>
    </>
  )
}
