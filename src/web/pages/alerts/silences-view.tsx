import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Silence, SilenceList } from '../../../contract/silences.ts'
import { client } from '../../app-state.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatTime } from '../../lib/format.ts'
import { queryKeys } from '../../live/stale-queries.ts'
import { useMay, useNodes } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Select } from '../../ui/field.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { concerns } from './in-scope.ts'
import { type Draft, draftOf, newDraft } from './silence-draft.ts'
import { SilenceForm, silencesKey } from './silence-form.tsx'
import { silencesTexts } from './silences.texts.ts'

const shows = ['current', 'expired', 'everything'] as const
const tones: Record<Silence['state'], Tone> = { active: 'warn', pending: 'accent', expired: 'plain' }
/** Silences begin and end by themselves, and nothing tells of it. */
const readAgainMs = 20_000

/** Silences and maintenance windows that concern the scope: its own, those above it and those below it. */
export function SilencesView({ agentId }: PageProps) {
  const t = useTexts(silencesTexts)
  const [search, change] = useAddress()
  const mayOperate = useMay('operate')
  const { nodes } = useNodes()
  const queries = useQueryClient()
  const [draft, setDraft] = useState<Draft | null>(null)
  const [ending, setEnding] = useState<Silence | null>(null)
  const show = shows.find((each) => each === search['show']) ?? 'current'
  const query = useQuery({
    queryKey: [silencesKey, 'list'],
    queryFn: ({ signal }) => client.get<typeof SilenceList>('/api/v1/silences', { limit: 1000 }, signal),
    refetchInterval: readAgainMs,
  })
  const silences = query.data?.silences.filter(
    ({ scope, state }) =>
      concerns(scope, agentId, nodes) && (show === 'everything' || (state === 'expired') === (show === 'expired')),
  )

  async function end(silence: Silence): Promise<string | null> {
    const outcome = await client.call<typeof Silence>('DELETE', `/api/v1/silences/${silence.id}`)
    if (!outcome.ok) return outcome.failure.message
    toast('done', t('ended'))
    void queries.invalidateQueries({ queryKey: [silencesKey] })
    void queries.invalidateQueries({ queryKey: [queryKeys.alerts] })
    return null
  }

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2">
        <Select
          label={t('show')}
          value={show}
          options={shows.map((value) => ({ value, label: t(value) }))}
          onChoose={(value) => change({ show: value === 'current' ? null : value })}
        />
        {mayOperate && (
          <span className="ml-auto flex flex-wrap gap-2">
            <Button onClick={() => setDraft(newDraft(agentId, { kind: 'maintenance' }))}>{t('addMaintenance')}</Button>
            <Button kind="primary" onClick={() => setDraft(newDraft(agentId))}>
              {t('add')}
            </Button>
          </span>
        )}
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <Loaded query={query} lines={6}>
          {() =>
            silences === undefined || silences.length === 0 ? (
              <EmptyState title={t('none')}>{t('noneHint')}</EmptyState>
            ) : (
              <ul className="divide-y divide-line">
                {silences.map((silence) => (
                  <li key={silence.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2.5">
                    <OneSilence silence={silence} />
                    {mayOperate && silence.state !== 'expired' && silence.inherited_from === null && (
                      <span className="flex gap-2">
                        <Button small onClick={() => setDraft(draftOf(silence))}>
                          {t('edit')}
                        </Button>
                        <Button small kind="danger" onClick={() => setEnding(silence)}>
                          {t('end')}
                        </Button>
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
      {draft && <SilenceForm draft={draft} onClose={() => setDraft(null)} />}
      {ending && (
        <ConfirmDialog
          open
          title={t('endTitle')}
          what={t('endWhat', { reason: ending.reason, scope: ending.scope ?? t('allNodes') })}
          action={t('end')}
          onConfirm={() => end(ending)}
          onClose={() => setEnding(null)}
        />
      )}
    </div>
  )
}

function OneSilence({ silence }: { silence: Silence }) {
  const t = useTexts(silencesTexts)
  const words = useTexts(uiTexts)
  const { language } = useLanguage()
  const { nodes } = useNodes()
  const { scope, matchers, state, kind, window } = silence
  const about = [matchers.type, matchers.subject, matchers.severity && words(matchers.severity), matchers.level]
  const time = (iso: string) => formatTime(iso, language)
  return (
    <div className="flex min-w-0 flex-1 basis-72 flex-col gap-0.5">
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <Badge tone={tones[state]}>{t(state)}</Badge>
        <Badge>{t(kind)}</Badge>
        <span className="font-medium break-all">
          {scope === null ? t('allNodes') : (nodes.get(scope)?.name ?? scope)}
        </span>
        <code className="font-mono text-xs break-all">{about.filter(Boolean).join(' · ') || t('anything')}</code>
      </div>
      <p className="text-sm break-words">{silence.reason}</p>
      <p className="text-xs text-soft">
        <When silence={silence} />
        {window && silence.recurrence && ` · ${windowText()}`}
        {` · ${t('by', { who: silence.created_by })}`}
      </p>
      {silence.inherited_from !== null && (
        <p className="text-xs text-soft">{t('inherited', { from: silence.inherited_from })}</p>
      )}
    </div>
  )

  function windowText(): string {
    if (!window) return ''
    if (state === 'active') return t('windowNow', { end: time(window.ends_at) })
    return t('windowNext', { start: time(window.starts_at), end: time(window.ends_at) })
  }
}

function When({ silence: { recurrence, starts_at, ends_at } }: { silence: Silence }) {
  const t = useTexts(silencesTexts)
  const { language } = useLanguage()
  const end = ends_at === null ? t('noEnd') : formatTime(ends_at, language)
  if (!recurrence) return <>{t('range', { start: formatTime(starts_at, language), end })}</>
  const names = ['day1', 'day2', 'day3', 'day4', 'day5', 'day6', 'day7'] as const
  const days = names.filter((_, index) => recurrence.weekdays.includes(index + 1)).map((name) => t(name))
  const hours = Math.round((recurrence.duration_minutes / 60) * 100) / 100
  return <>{t('weeklyAt', { days: days.join(' '), time: recurrence.time, hours, zone: recurrence.time_zone })}</>
}
