import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { AlertSetting, AlertSettingAnswer } from '../../../contract/better-monitor/alert-settings.ts'
import { client } from '../../app-state.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { useNodes } from '../../live/use-live.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { toast } from '../../ui/toast.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { useTask } from '../../ui/use-task.ts'
import { NodePicker } from './node-picker.tsx'
import { ruleLooks, ruleText, ruleTypeNames } from './rule-text.ts'
import { rulesTexts } from './rules.texts.ts'
import { severities } from './use-alerts.ts'

export const rulesKey = 'rules'

/** A rule while it is filled in: figures as they were typed. */
interface RuleDraft extends Pick<AlertSetting, 'type' | 'name' | 'severity' | 'enabled'> {
  agentId: string | null
  target: string
  threshold: string
  duration: string
  recovery: string
  repeat: string
}

const figure = (text: string): number | null => (text.trim() === '' ? null : Number(text))

function draftOf(rule: AlertSetting | null, agentId: string | null): RuleDraft {
  if (!rule) {
    const some = { name: '', severity: 'high', enabled: true, target: '', recovery: '', repeat: '' } as const
    return { ...some, type: 'cpu', threshold: ruleLooks.cpu.threshold, duration: '300', agentId }
  }
  const { type, name, severity, enabled, agent_id, target, threshold, duration } = rule
  return {
    type,
    name,
    severity,
    enabled,
    agentId: agent_id,
    target: target ?? '',
    threshold: String(threshold),
    duration: String(duration),
    recovery: String(rule.recovery_threshold),
    repeat: rule.repeat_interval_s === null ? '' : String(rule.repeat_interval_s),
  }
}

/** Makes a rule or changes one, and says in words what it does before it is saved. */
export function RuleForm({
  rule,
  agentId,
  onClose,
}: {
  /** Null: a new one, of that node or of every server. */
  rule: AlertSetting | null
  agentId: string | null
  onClose: () => void
}) {
  const t = useTexts(rulesTexts)
  const words = useTexts(uiTexts)
  const { language } = useLanguage()
  const { nodes } = useNodes()
  const queries = useQueryClient()
  const [form, setForm] = useState(() => draftOf(rule, agentId))
  const [isNode, setIsNode] = useState(true)
  const { busy, error, run } = useTask()
  const change = (values: Partial<RuleDraft>) => setForm((before) => ({ ...before, ...values }))
  const { unit, hasTarget } = ruleLooks[form.type]
  const server = form.agentId === null ? null : nodes.get(form.agentId)

  async function save() {
    const threshold = figure(form.threshold)
    const body = {
      type: form.type,
      ...(unit === null || threshold === null ? {} : { threshold }),
      duration: figure(form.duration) ?? 0,
      enabled: form.enabled,
      server_id: server?.server_id ?? null,
      name: form.name,
      target: hasTarget ? form.target : null,
      severity: form.severity,
      recovery_threshold: unit === null ? null : figure(form.recovery),
      repeat_interval_s: figure(form.repeat),
    }
    const [method, path] = rule
      ? (['PUT', `/api/alerts/settings/${rule.id}`] as const)
      : (['POST', '/api/alerts/settings'] as const)
    const done = await run(() => client.call<typeof AlertSettingAnswer>(method, path, { body }))
    if (!done) return
    toast('done', t('saved'))
    void queries.invalidateQueries({ queryKey: [rulesKey] })
    onClose()
  }

  const text = (name: 'target' | 'duration' | 'recovery' | 'repeat' | 'name') => ({
    value: form[name],
    onChange: (event: { target: { value: string } }) => change({ [name]: event.target.value }),
  })
  const number = { type: 'number', min: 0, step: 'any' }
  return (
    <Dialog open onClose={onClose} title={t(rule ? 'editTitle' : 'addTitle')} wide>
      <Form
        action={t('save')}
        error={error}
        busy={busy}
        disabled={!isNode}
        side={<Button onClick={onClose}>{words('cancel')}</Button>}
        onSend={() => void save()}
      >
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <Field label={t('type')}>
            {(input) => (
              <Select
                {...input}
                value={form.type}
                options={ruleTypeNames.map((value) => ({ value, label: t(value) }))}
                onChoose={(type) => change({ type, threshold: ruleLooks[type].threshold, recovery: '' })}
              />
            )}
          </Field>
          <NodePicker
            label={t('server')}
            hint={t('serverHint')}
            value={form.agentId}
            onChoose={(agentId) => {
              setIsNode(agentId !== undefined)
              if (agentId !== undefined) change({ agentId })
            }}
          />
          {hasTarget && (
            <Field label={t('target')} hint={t(`target-${form.type as 'process' | 'container' | 'certificate'}`)}>
              {(input) => <Input {...input} required maxLength={255} {...text('target')} />}
            </Field>
          )}
          {unit !== null && (
            <Field label={t('threshold')} hint={t(`unit-${unit}`)}>
              {(input) => (
                <Input
                  {...input}
                  {...number}
                  required
                  value={form.threshold}
                  // The old way back may lie beyond the new threshold: the node chooses again.
                  onChange={(event) => change({ threshold: event.target.value, recovery: '' })}
                />
              )}
            </Field>
          )}
          <Field label={t('duration')} hint={t('durationHint')}>
            {(input) => <Input {...input} {...number} step={1} required {...text('duration')} />}
          </Field>
          <Field label={t('severity')}>
            {(input) => (
              <Select
                {...input}
                value={form.severity}
                options={severities.map((value) => ({ value, label: words(value) }))}
                onChoose={(severity) => change({ severity })}
              />
            )}
          </Field>
          {unit !== null && (
            <Field label={t('recovery')} hint={t('recoveryHint')}>
              {(input) => <Input {...input} {...number} {...text('recovery')} />}
            </Field>
          )}
          <Field label={t('repeat')} hint={t('repeatHint')}>
            {(input) => <Input {...input} {...number} step={1} {...text('repeat')} />}
          </Field>
          <Field label={t('name')}>{(input) => <Input {...input} maxLength={128} {...text('name')} />}</Field>
        </div>
        <p role="status" aria-label={t('preview')} className="rounded-md border border-line bg-page p-2 text-sm">
          {ruleText(
            { ...form, threshold: figure(form.threshold) ?? Number.NaN, duration: figure(form.duration) ?? 0 },
            server?.name ?? null,
            language,
          )}
        </p>
      </Form>
    </Dialog>
  )
}
