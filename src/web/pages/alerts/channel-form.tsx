import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Channel, ChannelAnswer } from '../../../contract/better-monitor/channels.ts'
import { client } from '../../app-state.ts'
import { languageNames } from '../../i18n/language-names.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { toast } from '../../ui/toast.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { useTask } from '../../ui/use-task.ts'
import {
  type ChannelField,
  channelFields,
  channelTypes,
  configFrom,
  type Filled,
  filledFrom,
} from './channel-fields.ts'
import { channelsTexts } from './channels.texts.ts'
import { NodePicker } from './node-picker.tsx'
import { severities } from './use-alerts.ts'

export const channelsKey = 'channels'
const securities = ['', 'tls', 'starttls', 'none'] as const

/** Makes a channel or changes one. A secret that is not touched is sent back as its mask, which keeps it. */
export function ChannelForm({
  channel,
  subtree,
  onClose,
}: {
  /** Null: a new one, about that subtree. */
  channel: Channel | null
  subtree: string | null
  onClose: () => void
}) {
  const t = useTexts(channelsTexts)
  const words = useTexts(uiTexts)
  const { language } = useLanguage()
  const queries = useQueryClient()
  const [form, setForm] = useState(() => ({
    type: channel?.type ?? 'webhook',
    name: channel?.name ?? '',
    language: channel?.language ?? language,
    min_severity: channel?.min_severity ?? null,
    subtree: channel ? channel.subtree : subtree,
    send_resolved: channel?.send_resolved ?? true,
  }))
  const [filled, setFilled] = useState<Filled>(() => (channel ? filledFrom(channel.type, channel.config) : {}))
  const [isNode, setIsNode] = useState(true)
  const { busy, error, run } = useTask()
  const change = (values: Partial<typeof form>) => setForm((before) => ({ ...before, ...values }))

  async function save() {
    const body = { ...form, config: configFrom(form.type, filled) }
    const [method, path] = channel
      ? (['PUT', `/api/alerts/channels/${channel.id}`] as const)
      : (['POST', '/api/alerts/channels'] as const)
    const done = await run(() => client.call<typeof ChannelAnswer>(method, path, { body }))
    if (!done) return
    toast('done', t('saved'))
    void queries.invalidateQueries({ queryKey: [channelsKey] })
    onClose()
  }

  return (
    <Dialog open onClose={onClose} title={t(channel ? 'editTitle' : 'addTitle')} wide>
      <Form
        action={t('save')}
        error={error}
        busy={busy}
        disabled={!isNode}
        side={<Button onClick={onClose}>{words('cancel')}</Button>}
        onSend={() => void save()}
      >
        {channel?.secrets_lost && <p className="text-sm text-bad">{t('secretsLost')}</p>}
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <Field label={t('type')} hint={channel ? t('typeFixed') : undefined}>
            {(input) => (
              <Select
                {...input}
                disabled={channel !== null}
                value={form.type}
                options={channelTypes.map((value) => ({ value, label: t(value) }))}
                onChoose={(type) => {
                  change({ type })
                  setFilled({})
                }}
              />
            )}
          </Field>
          <Field label={t('name')}>
            {(input) => (
              <Input
                {...input}
                required
                autoComplete="off"
                maxLength={256}
                value={form.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
          {channelFields[form.type].map((field) => (
            <ConfigField
              key={`${form.type} ${field.name}`}
              field={field}
              value={filled[field.name] ?? ''}
              onChange={(value) => setFilled((before) => ({ ...before, [field.name]: value }))}
            />
          ))}
          <Field label={t('language')}>
            {(input) => (
              <Select
                {...input}
                value={form.language}
                options={languageNames}
                onChoose={(language) => change({ language })}
              />
            )}
          </Field>
          <Field label={t('minSeverity')}>
            {(input) => (
              <Select
                {...input}
                value={form.min_severity ?? ''}
                options={[
                  { value: '' as const, label: t('anySeverity') },
                  ...severities.map((value) => ({ value, label: words(value) })),
                ]}
                onChoose={(severity) => change({ min_severity: severity === '' ? null : severity })}
              />
            )}
          </Field>
          <NodePicker
            label={t('subtree')}
            hint={t('subtreeHint')}
            value={form.subtree}
            onChoose={(subtree) => {
              setIsNode(subtree !== undefined)
              if (subtree !== undefined) change({ subtree })
            }}
          />
        </div>
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4"
            checked={form.send_resolved}
            onChange={(event) => change({ send_resolved: event.target.checked })}
          />
          {t('sendResolved')}
        </label>
      </Form>
    </Dialog>
  )
}

function ConfigField({
  field,
  value,
  onChange,
}: {
  field: ChannelField
  value: string
  onChange: (value: string) => void
}) {
  const t = useTexts(channelsTexts)
  const { kind, required, example } = field
  const isKept = value.includes('******')
  return (
    <Field label={t(field.label)} hint={isKept ? t('kept') : undefined}>
      {(input) => {
        if (kind === 'security') {
          const names = { '': t('automatic'), tls: 'TLS', starttls: 'STARTTLS', none: '–' }
          return (
            <Select
              {...input}
              value={value}
              options={securities.map((each) => ({ value: each as string, label: names[each] }))}
              onChoose={onChange}
            />
          )
        }
        if (kind === 'headers') {
          return (
            <textarea
              {...input}
              rows={2}
              placeholder={example}
              value={value}
              onChange={(event) => onChange(event.target.value)}
              className="rounded-md border border-strong bg-panel px-2.5 py-1.5 font-mono text-xs"
            />
          )
        }
        return (
          <Input
            {...input}
            type={kind === 'secret' ? 'password' : kind === 'port' ? 'number' : 'text'}
            inputMode={kind === 'url' ? 'url' : undefined}
            autoComplete={kind === 'secret' ? 'new-password' : 'off'}
            required={required}
            placeholder={example}
            value={value}
            // A mask is replaced as a whole: half of it stands for nothing.
            onFocus={(event) => isKept && event.target.select()}
            onChange={(event) => onChange(event.target.value)}
          />
        )
      }}
    </Field>
  )
}
