import { useMemo, useRef, useState } from 'react'
import type { Alert } from '../../../contract/alerts.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useMay, useNodes } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { AlertDrawer } from './alert-drawer.tsx'
import { AlertFilters } from './alert-filters.tsx'
import { AlertLines } from './alert-lines.tsx'
import { alertsTexts } from './alerts.texts.ts'
import { alertsOf, groupAlerts, linesOf } from './group-alerts.ts'
import { type Act, HandleDialog } from './handle-dialog.tsx'
import { silenceOfAlert } from './silence-draft.ts'
import { type Draft } from './silence-draft.ts'
import { SilenceForm } from './silence-form.tsx'
import { useAlertKeys } from './use-alert-keys.ts'
import { choiceIn, useAlerts } from './use-alerts.ts'
import { useHeld } from './use-held.ts'

const none: readonly Alert[] = []

/** The alerts of a scope under what explains them; filters, grouping and the opened alert are in the address. */
export function AlertsView({ agentId }: PageProps) {
  const t = useTexts(alertsTexts)
  const [search, change] = useAddress()
  const mayOperate = useMay('operate')
  const { nodes } = useNodes()
  const choice = choiceIn(search)
  const { query, more } = useAlerts(agentId, choice)
  const all = query.data?.alerts ?? none

  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const [atKey, setAtKey] = useState<string | null>(null)
  const [isUsed, setIsUsed] = useState(false)
  const [act, setAct] = useState<{ act: Act; alerts: readonly Alert[] } | null>(null)
  const [silence, setSilence] = useState<Draft | null>(null)
  const openId = Number(search['alert'] ?? Number.NaN)
  const isDrawerOpen = Number.isSafeInteger(openId) && openId > 0

  const isReading = isUsed || chosen.size > 0 || isDrawerOpen || act !== null
  const { shown, waiting, release } = useHeld(all, isReading && !query.isPlaceholderData)
  const lines = useMemo(() => {
    const pathOf = (id: string) => nodes.get(id)?.path ?? [id]
    return linesOf(groupAlerts(shown, choice.group, pathOf), opened)
  }, [shown, choice.group, nodes, opened])
  const selected = shown.filter(({ alert_id }) => chosen.has(alert_id))
  const at = Math.max(
    0,
    lines.findIndex(({ key }) => key === atKey),
  )
  const grid = useRef<HTMLDivElement>(null)

  const open = (alert: Alert) => change({ alert: String(alert.alert_id) })
  function toggleGroup(key: string) {
    const next = new Set(opened)
    if (!next.delete(key)) next.add(key)
    setOpened(next)
  }
  function toggle(alerts: readonly Alert[]) {
    const next = new Set(chosen)
    const isAll = alerts.every(({ alert_id }) => next.has(alert_id))
    for (const { alert_id } of alerts) {
      if (isAll) next.delete(alert_id)
      else next.add(alert_id)
    }
    setChosen(next)
  }
  const line = lines[at]
  const target = () => (selected.length > 0 ? selected : line ? alertsOf(line) : [])
  useAlertKeys({
    grid,
    isOn: act === null && silence === null,
    onMove: (step) =>
      setAtKey(lines[Math.min(lines.length - 1, Math.max(0, atKey === null ? 0 : at + step))]?.key ?? null),
    onSelect: () => mayOperate && line && toggle(alertsOf(line)),
    onOpen: () => line && (line.kind === 'group' ? toggleGroup(line.key) : open(line.alert)),
    onClose: () => (isDrawerOpen ? change({ alert: null }) : setChosen(new Set())),
    onAct: (act) => mayOperate && target().length > 0 && setAct({ act, alerts: target() }),
  })

  return (
    <div className="flex min-h-0 flex-1">
      <div className="flex min-w-0 flex-1 flex-col">
        <AlertFilters choice={choice} change={change} types={all.map(({ type }) => type)} />
        <div className="flex min-h-10 flex-wrap items-center gap-2 border-b border-line px-3 py-1 text-xs text-soft">
          <span role="status">{t('count', { shown: shown.length, total: query.data?.total ?? 0 })}</span>
          {waiting > 0 && (
            <Button small kind="primary" onClick={release}>
              {t('newRows', { count: waiting })}
            </Button>
          )}
          {selected.length > 0 ? (
            <span className="ml-auto flex flex-wrap items-center gap-2">
              <span>{t('selected', { count: selected.length })}</span>
              <Button small onClick={() => setAct({ act: 'ack', alerts: selected })}>
                {t('ack')}
              </Button>
              <Button small onClick={() => setAct({ act: 'resolve', alerts: selected })}>
                {t('resolve')}
              </Button>
              <Button small kind="quiet" onClick={() => setChosen(new Set())}>
                {t('unselect')}
              </Button>
            </span>
          ) : (
            mayOperate && <span className="ml-auto max-lg:hidden">{t('keys')}</span>
          )}
        </div>
        <Loaded query={query} lines={12}>
          {(data) =>
            lines.length === 0 ? (
              <Nothing isFiltered={choice.q !== '' || choice.type !== '' || choice.severity !== null} change={change} />
            ) : (
              <>
                <AlertLines
                  grid={grid}
                  lines={lines}
                  at={at}
                  hasCursor={atKey !== null}
                  chosen={chosen}
                  openId={isDrawerOpen ? openId : null}
                  maySelect={mayOperate}
                  onUse={setIsUsed}
                  onAt={(line) => setAtKey(line.key)}
                  onToggle={toggle}
                  onToggleGroup={toggleGroup}
                  onOpen={open}
                />
                {data.alerts.length < data.total && (
                  <div className="border-t border-line p-2 text-center">
                    <Button small busy={query.isFetching} onClick={more}>
                      {t('more')}
                    </Button>
                  </div>
                )}
              </>
            )
          }
        </Loaded>
      </div>
      {isDrawerOpen && (
        <AlertDrawer
          key={openId}
          alertId={openId}
          onAct={(act, alert) => setAct({ act, alerts: [alert] })}
          onSilence={(alert) => setSilence(silenceOfAlert(alert))}
          onClose={() => change({ alert: null })}
        />
      )}
      {act && (
        <HandleDialog
          act={act.act}
          alerts={act.alerts}
          onClose={(isDone) => {
            setAct(null)
            if (isDone) setChosen(new Set())
          }}
        />
      )}
      {silence && <SilenceForm draft={silence} onClose={() => setSilence(null)} />}
    </div>
  )
}

function Nothing({
  isFiltered,
  change,
}: {
  isFiltered: boolean
  change: (values: Readonly<Record<string, string | null>>) => void
}) {
  const t = useTexts(alertsTexts)
  if (!isFiltered) return <EmptyState title={t('nothing')}>{t('nothingHint')}</EmptyState>
  return (
    <EmptyState title={t('noMatch')}>
      <Button onClick={() => change({ q: null, type: null, severity: null, status: null })}>{t('clear')}</Button>
    </EmptyState>
  )
}
