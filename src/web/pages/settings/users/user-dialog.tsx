import { useState } from 'react'
import type { User as UserSchema } from '../../../../contract/auth.ts'
import { client } from '../../../app-state.ts'
import { useTexts } from '../../../i18n/language.tsx'
import { Button } from '../../../ui/button.tsx'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field, Input, Select } from '../../../ui/field.tsx'
import { toast } from '../../../ui/toast.tsx'
import { Form } from '../../../ui/form.tsx'
import { useServers } from '../servers/servers-query.ts'
import { settingsTexts } from '../settings.texts.ts'
import { errorOf, useTask } from '../../../ui/use-task.ts'
import { newPassword } from './new-password.ts'
import { roleTexts } from './role.texts.ts'
import { type Role, roles } from './roles.ts'
import type { User } from './users-query.ts'
import { usersTexts } from './users.texts.ts'

/** One user: role, address, and what ends a login. */
export function UserDialog({
  user,
  isMe,
  onClose,
  onChanged,
  onPassword,
}: {
  user: User
  isMe: boolean
  onClose: () => void
  onChanged: () => void
  onPassword: (name: string, password: string) => void
}) {
  const t = useTexts(usersTexts)
  const words = useTexts(settingsTexts)
  const role = useTexts(roleTexts)
  const { busy, error, run } = useTask()
  const [chosen, setChosen] = useState<Role>(user.role)
  const [email, setEmail] = useState(user.email ?? '')
  const [asking, setAsking] = useState<'reset' | 'disable' | 'remove' | null>(null)
  const servers = useServers()
  const owned = servers.data?.servers.filter((server) => server.user_id === user.user_id) ?? []
  const name = user.username
  const path = `/api/v1/auth/users/${user.user_id}`
  const isSame = chosen === user.role && email === (user.email ?? '')

  async function patch(body: object) {
    const outcome = await client.call<typeof UserSchema>('PATCH', path, { body })
    if (outcome.ok) {
      toast('done', t('changed', { name }))
      onChanged()
    }
    return outcome
  }
  async function reset() {
    const password = newPassword((bytes) => crypto.getRandomValues(bytes))
    const outcome = await patch({ password })
    if (outcome.ok) {
      onClose()
      onPassword(name, password)
    }
    return outcome
  }
  async function remove() {
    const outcome = await client.call('DELETE', path)
    if (outcome.ok) {
      onClose()
      onChanged()
    }
    return outcome
  }
  const acts = {
    reset: { what: t('resetWhat', { name }), action: t('reset'), run: reset },
    disable: { what: t('disableWhat', { name }), action: t('disable'), run: () => patch({ disabled: true }) },
    remove: { what: t('removeWhat', { name, count: owned.length }), action: t('remove'), run: remove },
  }

  return (
    <Dialog open title={name} onClose={onClose}>
      {isMe ? (
        <p className="text-sm">{t('yourself')}</p>
      ) : (
        <>
          <Form
            action={words('save')}
            error={error}
            busy={busy}
            disabled={isSame}
            side={<span className="text-xs text-soft">{isSame ? words('noChange') : t('ends')}</span>}
            onSend={() => void run(() => patch({ role: chosen, email: email === '' ? null : email }))}
          >
            <Field label={t('role')} hint={role(`${chosen}May`)}>
              {(input) => (
                <Select<Role>
                  {...input}
                  value={chosen}
                  options={roles.map((value) => ({ value, label: role(value) }))}
                  onChoose={setChosen}
                />
              )}
            </Field>
            <Field label={t('email')}>
              {(input) => (
                <Input {...input} type="email" value={email} onChange={(event) => setEmail(event.target.value)} />
              )}
            </Field>
          </Form>
          {owned.length > 0 && (
            <p className="text-sm break-words text-soft">
              {t('owns')}: {owned.map((server) => server.name).join(', ')}
            </p>
          )}
          <div className="flex flex-wrap gap-2 border-t border-line pt-3">
            <Button onClick={() => setAsking('reset')}>{t('reset')}</Button>
            {user.disabled ? (
              <Button busy={busy} onClick={() => void run(() => patch({ disabled: false }))}>
                {t('enable')}
              </Button>
            ) : (
              <Button onClick={() => setAsking('disable')}>{t('disable')}</Button>
            )}
            <Button kind="danger" onClick={() => setAsking('remove')}>
              {t('remove')}
            </Button>
          </div>
        </>
      )}
      {asking !== null && (
        <ConfirmDialog
          open
          title={acts[asking].action}
          what={acts[asking].what}
          action={acts[asking].action}
          {...(asking === 'remove' ? { word: name } : {})}
          onConfirm={() => errorOf(acts[asking].run())}
          onClose={() => setAsking(null)}
        />
      )}
    </Dialog>
  )
}
