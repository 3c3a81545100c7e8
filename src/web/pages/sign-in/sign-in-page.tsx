import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import type { LoginResult } from '../../../contract/auth.ts'
import { client, session } from '../../app-state.ts'
import { languageNames } from '../../i18n/language-names.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { useSession } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { Toasts } from '../../ui/toast.tsx'
import { useTask } from '../../ui/use-task.ts'
import { PasswordForm } from './password-form.tsx'
import { signInTexts } from './sign-in.texts.ts'

/** The address to go to after signing in; only one of this site. */
export function safeNext(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) && !next.startsWith('/sign-in') ? next : '/overview'
}

/** Signing in, and setting one's own password: at the first start right after it. */
export function SignInPage() {
  const navigate = useNavigate()
  const [search] = useAddress()
  const signedIn = useSession() !== null
  /** What was just typed, so that the printed password need not be typed again. */
  const [first, setFirst] = useState<string | null>(null)
  const wantsPassword = search['step'] === 'password'
  const goOn = (to: string) => void navigate({ href: to, replace: true })

  useEffect(() => {
    if (signedIn && !wantsPassword && first === null) goOn(safeNext(search['next']))
  })

  if (signedIn && first !== null) {
    return (
      <Frame>
        <PasswordForm current={first} onDone={() => goOn('/start')} onLater={() => goOn('/start')} />
      </Frame>
    )
  }
  if (signedIn && wantsPassword) {
    const back = () => goOn('/overview')
    return (
      <Frame>
        <PasswordForm current={null} onDone={back} onLater={back} />
      </Frame>
    )
  }
  return (
    <Frame>
      <SignInForm onFirst={setFirst} />
    </Frame>
  )
}

function SignInForm({ onFirst }: { onFirst: (password: string) => void }) {
  const t = useTexts(signInTexts)
  const [username, setUsername] = useState('')
  const [password, setPassword] = useState('')
  const { busy, error, run } = useTask()

  async function submit() {
    const body = { username, password }
    const login = await run(() => client.call<typeof LoginResult>('POST', '/api/v1/auth/login', { body }))
    if (!login) return
    if (login.user.password_is_first) onFirst(password)
    session.signIn(login)
  }

  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      <h1 className="text-lg font-semibold">{t('signIn')}</h1>
      <Field label={t('username')}>
        {(input) => (
          <Input
            {...input}
            name="username"
            autoComplete="username"
            autoCapitalize="none"
            autoFocus
            required
            value={username}
            onChange={(event) => setUsername(event.target.value)}
          />
        )}
      </Field>
      <Field label={t('password')} error={error} hint={t('firstHint')}>
        {(input) => (
          <Input
            {...input}
            type="password"
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        )}
      </Field>
      <Button type="submit" kind="primary" busy={busy}>
        {t('signIn')}
      </Button>
    </form>
  )
}

function Frame({ children }: { children: ReactNode }) {
  const { language, choose } = useLanguage()
  return (
    <main className="flex h-full flex-col items-center overflow-y-auto p-4 pt-[12vh]">
      <div className="w-full max-w-sm rounded-lg border border-line bg-panel p-6">
        <p className="mb-4 text-sm font-semibold text-accent">Cortex</p>
        {children}
      </div>
      <div className="mt-4 flex gap-2">
        {languageNames.map(({ value, label }) => (
          <Button key={value} small kind="quiet" aria-pressed={value === language} onClick={() => choose(value)}>
            {label}
          </Button>
        ))}
      </div>
      <Toasts />
    </main>
  )
}
