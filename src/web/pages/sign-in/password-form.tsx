import { useState } from 'react'
import type { Token } from '../../../contract/auth.ts'
import { client, live, session } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { useTask } from '../../ui/use-task.ts'
import { signInTexts } from './sign-in.texts.ts'

const shortest = 8

/** Sets one's own password; every other session of this account ends with it. `current` is known right after signing in. */
export function PasswordForm({
  current,
  onDone,
  onLater,
}: {
  current: string | null
  onDone: () => void
  onLater: () => void
}) {
  const t = useTexts(signInTexts)
  const [typedCurrent, setTypedCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const { busy, error, run } = useTask()
  const isShort = next.length > 0 && next.length < shortest
  const differs = again.length > 0 && again !== next
  const isGood = next.length >= shortest && again === next

  async function submit() {
    const body = { current_password: current ?? typedCurrent, new_password: next }
    // The old token ends with the change: nothing may go on with it meanwhile.
    live.stop()
    const token = await run(() => client.call<typeof Token>('POST', '/api/v1/auth/password', { body }))
    if (token) session.renew(token)
    live.start()
    if (!token) return
    toast('done', t('changed'))
    onDone()
  }

  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (isGood) void submit()
      }}
    >
      <h1 className="text-lg font-semibold">{t(current === null ? 'changePassword' : 'setOwn')}</h1>
      {current === null ? (
        <Field label={t('currentPassword')}>
          {(input) => (
            <Input
              {...input}
              type="password"
              autoComplete="current-password"
              required
              autoFocus
              value={typedCurrent}
              onChange={(event) => setTypedCurrent(event.target.value)}
            />
          )}
        </Field>
      ) : (
        <p className="text-sm text-soft">{t('setOwnWhy')}</p>
      )}
      <Field label={t('newPassword')} error={isShort ? t('tooShort') : null} hint={t('tooShort')}>
        {(input) => (
          <Input
            {...input}
            type="password"
            name="new-password"
            autoComplete="new-password"
            required
            value={next}
            onChange={(event) => setNext(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('repeat')} error={differs ? t('notSame') : error}>
        {(input) => (
          <Input
            {...input}
            type="password"
            name="repeat-password"
            autoComplete="new-password"
            required
            value={again}
            onChange={(event) => setAgain(event.target.value)}
          />
        )}
      </Field>
      <div className="flex gap-2">
        <Button type="submit" kind="primary" busy={busy} disabled={!isGood} className="flex-1">
          {t('save')}
        </Button>
        <Button onClick={onLater}>{t('later')}</Button>
      </div>
    </form>
  )
}
