import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { AlertList } from '../../../contract/alerts.ts'
import type { Silence } from '../../../contract/silences.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { queryKeys } from '../../live/stale-queries.ts'
import { useNodes } from '../../live/use-live.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { toast } from '../../ui/toast.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { useTask } from '../../ui/use-task.ts'
import { coveredNodes, fits } from './covered.ts'
import { NodePicker } from './node-picker.tsx'
import { type Draft, inputOf } from './silence-draft.ts'
import { SilenceTimes } from './silence-times.tsx'
import { silencesTexts } from './silences.texts.ts'
import { severities } from './use-alerts.ts'

export const silencesKey = 'silences'
const named = 8

/** Makes or changes a silence or a maintenance window, and says before which nodes and alerts it is about. */
export function SilenceForm({ draft, onClose }: { draft: Draft; onClose: () => void }) {
  const t = useTexts(silencesTexts)
  const words = useTexts(uiTexts)
  const queries = useQueryClient()
  const [form, setForm] = useState(draft)
  const [isNode, setIsNode] = useState(true)
  const { busy, error, run } = useTask()
  const change = (values: Partial<Draft>) => setForm((before) => ({ ...before, ...values }))
  const match = (values: Draft['matchers']) => change({ matchers: { ...form.matchers, ...values } })

  async function save() {
    const [method, path] =
      form.id === null ? (['POST', '/api/v1/silences'] as const) : (['PUT', `/api/v1/silences/${form.id}`] as const)
    const done = await run(() => client.call<typeof Silence>(method, path, { body: inputOf(form, Date.now()) }))
    if (!done) return
    toast('done', t('saved'))
    void queries.invalidateQueries({ queryKey: [silencesKey] })
    void queries.invalidateQueries({ queryKey: [queryKeys.alerts] })
    onClose()
  }

  const title = form.id !== null ? t('editTitle') : t(form.kind === 'silence' ? 'add' : 'addMaintenance')
  return (
    <Dialog open onClose={onClose} title={title} wide>
      <Form
        action={t('save')}
        error={error}
        busy={busy}
        disabled={!isNode}
        side={<Button onClick={onClose}>{words('cancel')}</Button>}
        onSend={() => void save()}
      >
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <Field label={t('kind')}>
            {(input) => (
              <Select
                {...input}
                value={form.kind}
                options={(['silence', 'maintenance'] as const).map((value) => ({ value, label: t(value) }))}
                onChoose={(kind) => change({ kind })}
              />
            )}
          </Field>
          <NodePicker
            label={t('scope')}
            hint={t('scopeHint')}
            value={form.scope}
            onChoose={(scope) => {
              setIsNode(scope !== undefined)
              if (scope !== undefined) change({ scope })
            }}
          />
          <Field label={t('type')} hint={t('typeHint')}>
            {(input) => (
              <Input
                {...input}
                maxLength={256}
                value={form.matchers.type ?? ''}
                onChange={(event) => match({ type: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('subject')} hint={t('subjectHint')}>
            {(input) => (
              <Input
                {...input}
                maxLength={256}
                value={form.matchers.subject ?? ''}
                onChange={(event) => match({ subject: event.target.value })}
              />
            )}
          </Field>
          <Field label={t('severity')}>
            {(input) => (
              <Select
                {...input}
                value={form.matchers.severity ?? ''}
                options={[
                  { value: '' as const, label: t('anySeverity') },
                  ...severities.map((value) => ({ value, label: words(value) })),
                ]}
                onChoose={(severity) => match({ severity: severity === '' ? undefined : severity })}
              />
            )}
          </Field>
        </div>
        <SilenceTimes form={form} change={change} />
        <Field label={t('reason')} hint={t('reasonHint')}>
          {(input) => (
            <Input
              {...input}
              required
              maxLength={512}
              value={form.reason}
              onChange={(event) => change({ reason: event.target.value })}
            />
          )}
        </Field>
        {isNode && <Covered form={form} />}
      </Form>
    </Dialog>
  )
}

/** Which nodes and which open alerts it is about, before it is saved. */
function Covered({ form }: { form: Draft }) {
  const t = useTexts(silencesTexts)
  const { nodes } = useNodes()
  const covered = coveredNodes(nodes, form.scope)
  const open = useQuery({
    queryKey: [queryKeys.alerts, 'open under', form.scope],
    queryFn: ({ signal }) =>
      client.get<typeof AlertList>('/api/v1/alerts', { under: form.scope, open: true, limit: 1000 }, signal),
  })
  const quiet = open.data?.alerts.filter((alert) => fits(form.matchers, alert)).length
  return (
    <div role="status" className="rounded-md border border-line bg-page p-2 text-sm">
      <p>
        <strong>{t('covers', { count: covered.length })}</strong>
        {quiet !== undefined && ` · ${t('quiets', { count: quiet })}`}
      </p>
      <p className="truncate text-xs text-soft">
        {covered
          .slice(0, named)
          .map(({ name }) => name)
          .join(', ')}{' '}
        {covered.length > named && t('andMore', { count: covered.length - named })}
      </p>
    </div>
  )
}
