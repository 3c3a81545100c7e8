import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ServerAnswer } from '../../../../contract/better-monitor/servers.ts'
import { client } from '../../../app-state.ts'
import { useTexts } from '../../../i18n/language.tsx'
import { useMay, useNode } from '../../../live/use-live.ts'
import { pathOf } from '../../../routes/address.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field, Input, Select } from '../../../ui/field.tsx'
import { toast } from '../../../ui/toast.tsx'
import { Form } from '../../../ui/form.tsx'
import { settingsTexts } from '../settings.texts.ts'
import { RotateKeyDialog } from '../keys/rotate-key-dialog.tsx'
import { useTask } from '../../../ui/use-task.ts'
import type { User } from '../users/users-query.ts'
import { RemoveNodeDialog } from './remove-node-dialog.tsx'
import type { Server } from './servers-query.ts'
import { serversTexts } from './servers.texts.ts'

const nobody = ''

/** One server: what people wrote about it, whose it is, and its way out of the tree. */
export function ServerDialog({
  server,
  users,
  onClose,
  onChanged,
}: {
  server: Server
  /** Of an admin; others cannot give servers away. */
  users: readonly User[]
  onClose: () => void
  onChanged: () => void
}) {
  const t = useTexts(serversTexts)
  const words = useTexts(settingsTexts)
  const mayAdminister = useMay('administer')
  const isSelf = useNode(server.agent_id)?.depth === 0
  const { busy, error, run } = useTask()
  const [asking, setAsking] = useState<'remove' | 'rotate' | null>(null)
  const kept = {
    name: server.name,
    tags: server.tags,
    description: server.description,
    owner: server.user_id === null ? nobody : String(server.user_id),
  }
  const [draft, setDraft] = useState(kept)
  const isSame = JSON.stringify(draft) === JSON.stringify(kept)
  const labels = { name: words('name'), tags: t('tags'), description: t('description') }

  async function save() {
    const { owner, ...fields } = draft
    const body = { ...fields, ...(owner === kept.owner ? {} : { user_id: owner === nobody ? null : Number(owner) }) }
    const done = await run(() => client.call<typeof ServerAnswer>('PUT', `/api/servers/${server.id}`, { body }))
    if (!done) return
    toast('done', t('changed', { name: done.server.name }))
    onChanged()
    onClose()
  }

  return (
    <Dialog open title={server.name} onClose={onClose}>
      <p className="text-xs text-soft">
        {t('agentId')}: <code className="break-all">{server.agent_id}</code>
      </p>
      <Form
        action={words('save')}
        error={error}
        busy={busy}
        disabled={isSame || draft.name.trim() === ''}
        onSend={() => void save()}
      >
        {(['name', 'tags', 'description'] as const).map((field) => (
          <Field key={field} label={labels[field]}>
            {(input) => (
              <Input
                {...input}
                autoComplete="off"
                maxLength={field === 'name' ? 256 : 1024}
                value={draft[field]}
                onChange={(event) => setDraft({ ...draft, [field]: event.target.value })}
              />
            )}
          </Field>
        ))}
        {mayAdminister && (
          <Field label={t('owner')} hint={t('ownerHint')}>
            {(input) => (
              <Select
                {...input}
                value={draft.owner}
                options={[
                  { value: nobody, label: words('nobody') },
                  ...users.map((user) => ({ value: String(user.user_id), label: user.username })),
                ]}
                onChoose={(owner) => setDraft({ ...draft, owner })}
              />
            )}
          </Field>
        )}
      </Form>
      <div className="flex flex-wrap items-center gap-2 border-t border-line pt-3">
        <Link
          to={pathOf({ agentId: server.agent_id, tab: 'overview' })}
          className="flex-1 text-sm text-accent underline"
        >
          {t('open')}
        </Link>
        {mayAdminister && <Button onClick={() => setAsking('rotate')}>{t('rotate')}</Button>}
        {mayAdminister && (
          <Button
            kind="danger"
            disabled={isSelf}
            title={isSelf ? t('removeSelf') : undefined}
            onClick={() => setAsking('remove')}
          >
            {t('remove')}
          </Button>
        )}
      </div>
      {asking === 'rotate' && <RotateKeyDialog agentId={server.agent_id} onClose={() => setAsking(null)} />}
      {asking === 'remove' && (
        <RemoveNodeDialog
          agentId={server.agent_id}
          name={server.name}
          onClose={() => setAsking(null)}
          onRemoved={() => {
            onChanged()
            onClose()
          }}
        />
      )}
    </Dialog>
  )
}
