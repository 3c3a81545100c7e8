import { useState } from 'react'
import type { User } from '../../../../contract/auth.ts'
import { client } from '../../../app-state.ts'
import { useTexts } from '../../../i18n/language.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field, Input, Select } from '../../../ui/field.tsx'
import { toast } from '../../../ui/toast.tsx'
import { Form } from '../../../ui/form.tsx'
import { settingsTexts } from '../settings.texts.ts'
import { useTask } from '../../../ui/use-task.ts'
import { newPassword } from './new-password.ts'
import { roleTexts } from './role.texts.ts'
import { type Role, roles } from './roles.ts'
import { usersTexts } from './users.texts.ts'

const shortest = 8

export function NewUserDialog({
  onClose,
  onCreated,
}: {
  onClose: () => void
  onCreated: (name: string, password: string) => void
}) {
  const t = useTexts(usersTexts)
  const words = useTexts(settingsTexts)
  const role = useTexts(roleTexts)
  const { busy, error, run } = useTask()
  const [username, setUsername] = useState('')
  const [email, setEmail] = useState('')
  const [chosen, setChosen] = useState<Role>('viewer')
  const [password, setPassword] = useState(() => newPassword((bytes) => crypto.getRandomValues(bytes)))

  async function create() {
    const body = { username, password, role: chosen, email: email === '' ? null : email }
    const user = await run(() => client.call<typeof User>('POST', '/api/v1/auth/users', { body }))
    if (!user) return
    toast('done', t('created', { name: user.username }))
    onCreated(user.username, password)
  }

  return (
    <Dialog open title={t('add')} onClose={onClose}>
      <Form
        action={words('create')}
        error={error}
        busy={busy}
        disabled={username === '' || password.length < shortest}
        onSend={() => void create()}
      >
        <Field label={t('username')} hint={t('usernameHint')}>
          {(input) => (
            <Input
              {...input}
              name="new-user"
              autoComplete="off"
              autoCapitalize="none"
              autoFocus
              maxLength={64}
              value={username}
              onChange={(event) => setUsername(event.target.value)}
            />
          )}
        </Field>
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
        <Field label={t('email')} hint={words('optional')}>
          {(input) => (
            <Input {...input} type="email" value={email} onChange={(event) => setEmail(event.target.value)} />
          )}
        </Field>
        <Field label={t('password')} hint={t('passwordHint')}>
          {(input) => (
            <Input
              {...input}
              autoComplete="off"
              spellCheck={false}
              className="font-mono"
              value={password}
              onChange={(event) => setPassword(event.target.value)}
            />
          )}
        </Field>
      </Form>
    </Dialog>
  )
}
