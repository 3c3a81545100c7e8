import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Settings } from '../../../../contract/better-monitor/settings.ts'
import { client } from '../../../app-state.ts'
import { useTexts } from '../../../i18n/language.tsx'
import { useCounts } from '../../../live/use-live.ts'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { Field, Input } from '../../../ui/field.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { toast } from '../../../ui/toast.tsx'
import { Check, Form } from '../../../ui/form.tsx'
import { settingsTexts } from '../settings.texts.ts'
import { errorOf, useTask } from '../../../ui/use-task.ts'
import { changeOf, consequencesOf, draftOf, isWrong, type NumberField, numberLimits, type Site } from './site-draft.ts'
import { siteTexts } from './site.texts.ts'

const path = '/api/settings'
const queryKey = ['site']

/** What this site is called, how long it remembers, and what strangers may do. */
export function SiteSection() {
  const t = useTexts(siteTexts)
  const query = useQuery({ queryKey, queryFn: ({ signal }) => client.get<typeof Settings>(path, {}, signal) })
  return (
    <div className="w-full max-w-3xl p-3">
      <Panel title={t('title')}>
        <Loaded query={query} lines={10}>
          {(site) => <SiteForm site={site} />}
        </Loaded>
      </Panel>
    </div>
  )
}

function SiteForm({ site: atFirst }: { site: Site }) {
  const t = useTexts(siteTexts)
  const words = useTexts(settingsTexts)
  const queries = useQueryClient()
  const servers = useCounts(null)?.total ?? 0
  // What the draft began with: what somebody else changes meanwhile is not set back by saving this.
  const [site, setSite] = useState(atFirst)
  const [draft, setDraft] = useState(() => draftOf(site))
  const [asking, setAsking] = useState(false)
  const { busy, error, run } = useTask()
  const change = changeOf(site, draft)
  const isSame = change !== null && Object.keys(change).length === 0
  const consequences = change === null ? [] : consequencesOf(site, change)

  async function save() {
    const outcome = await client.call<typeof Settings>('POST', path, { body: change })
    if (outcome.ok) {
      queries.setQueryData(queryKey, outcome.data)
      setSite(outcome.data)
      setDraft(draftOf(outcome.data))
      toast('done', t('saved'))
    }
    return outcome
  }

  const number = (field: NumberField) => {
    const { min, max, whole } = numberLimits[field]
    return (
      <Field
        label={t(field)}
        hint={t(`${field}Hint`)}
        error={isWrong(site, draft, field) ? t(whole ? 'wholeNumber' : 'number', { min, max }) : null}
      >
        {(input) => (
          <Input
            {...input}
            inputMode="decimal"
            className="max-w-40"
            value={draft[field]}
            onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
          />
        )}
      </Field>
    )
  }

  return (
    <div className="p-4">
      <Form
        action={words('save')}
        error={error}
        busy={busy}
        disabled={change === null || isSame}
        side={isSame && <span className="text-xs text-soft">{words('noChange')}</span>}
        onSend={() => (consequences.length > 0 ? setAsking(true) : void run(save))}
      >
        <Field
          label={t('site_title')}
          hint={t('site_titleHint')}
          error={draft.site_title.trim() === '' ? t('needed') : null}
        >
          {(input) => (
            <Input
              {...input}
              maxLength={256}
              value={draft.site_title}
              onChange={(event) => setDraft({ ...draft, site_title: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('site_description')}>
          {(input) => (
            <textarea
              {...input}
              rows={2}
              maxLength={4096}
              value={draft.site_description}
              onChange={(event) => setDraft({ ...draft, site_description: event.target.value })}
              className="rounded-md border border-strong bg-panel px-2.5 py-1.5 text-sm"
            />
          )}
        </Field>
        {number('data_retention_days')}
        {number('monitor_interval_s')}
        {number('max_servers')}
        {(['allow_registration', 'public_view'] as const).map((field) => (
          <Check
            key={field}
            label={t(field)}
            hint={t(`${field}Hint`)}
            checked={draft[field]}
            onChange={(event) => setDraft({ ...draft, [field]: event.target.checked })}
          />
        ))}
        {site.public_view && (
          <a href="/public" target="_blank" rel="noopener" className="text-sm text-accent underline">
            {t('openPublic')}
          </a>
        )}
      </Form>
      <ConfirmDialog
        open={asking}
        title={t('confirmTitle')}
        action={t('apply')}
        what={
          <ul className="flex list-disc flex-col gap-1 pl-5">
            {consequences.map((key) => (
              <li key={key}>
                {t(key, { from: site.data_retention_days, to: draft.data_retention_days, count: servers })}
              </li>
            ))}
          </ul>
        }
        onConfirm={() => errorOf(save())}
        onClose={() => setAsking(false)}
      />
    </div>
  )
}
