import { useTexts } from '../../i18n/language.tsx'
import { Input, Select } from '../../ui/field.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { alertsTexts } from './alerts.texts.ts'
import { type Grouping, groupings } from './group-alerts.ts'
import { type AlertChoice, severities, type StatusChoice, statuses } from './use-alerts.ts'

const groupingTexts = { cause: 'cause', node: 'node', type: 'byType', none: 'none' } as const

/** What of the alerts is shown, and under what. Everything goes into the address. */
export function AlertFilters({
  choice,
  change,
  types,
}: {
  choice: AlertChoice
  change: (values: Readonly<Record<string, string | null>>) => void
  /** Of the alerts that are there. */
  types: readonly string[]
}) {
  const t = useTexts(alertsTexts)
  const words = useTexts(uiTexts)
  const known = [...new Set([...types, choice.type])].filter((type) => type !== '').sort()
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2">
      <Input
        type="search"
        aria-label={t('filter')}
        placeholder={t('filter')}
        value={choice.q}
        onChange={(event) => change({ q: event.target.value })}
        className="max-w-64 min-w-40 flex-1"
      />
      <Select<StatusChoice>
        label={t('status')}
        value={choice.status}
        options={statuses.map((value) => ({ value, label: t(value) }))}
        onChoose={(status) => change({ status: status === 'open' ? null : status })}
      />
      <Select
        label={t('severity')}
        value={choice.severity ?? ''}
        options={[
          { value: '', label: t('anySeverity') },
          ...severities.map((value) => ({ value, label: words(value) })),
        ]}
        onChoose={(severity) => change({ severity })}
      />
      <Select
        label={t('type')}
        value={choice.type}
        options={[{ value: '', label: t('anyType') }, ...known.map((value) => ({ value, label: value }))]}
        onChoose={(type) => change({ type })}
        className="max-w-48"
      />
      <Select<Grouping>
        label={t('grouping')}
        value={choice.group}
        options={groupings.map((value) => ({ value, label: t(groupingTexts[value]) }))}
        onChoose={(group) => change({ group: group === 'cause' ? null : group })}
      />
    </div>
  )
}
