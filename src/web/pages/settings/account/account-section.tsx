import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Me, Token } from '../../../../contract/auth.ts'
import { client, live, session } from '../../../app-state.ts'
import { languageNames } from '../../../i18n/language-names.ts'
import { useLanguage, useTexts } from '../../../i18n/language.tsx'
import { formatTime } from '../../../lib/format.ts'
import { chooseTheme, currentTheme, type Theme } from '../../../shell/theme.ts'
import { Age } from '../../../ui/age.tsx'
import { Button } from '../../../ui/button.tsx'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { Field, Select } from '../../../ui/field.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { toast } from '../../../ui/toast.tsx'
import { Facts } from '../facts.tsx'
import { roleTexts } from '../users/role.texts.ts'
import { accountTexts } from './account.texts.ts'

/** One's own account, and how this browser shows the dashboard. */
export function AccountSection() {
  return (
    <div className="flex w-full max-w-3xl flex-col gap-3 p-3">
      <Account />
      <Look />
    </div>
  )
}

function Account() {
  const t = useTexts(accountTexts)
  const role = useTexts(roleTexts)
  const { language } = useLanguage()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const query = useQuery({
    queryKey: ['me'],
    queryFn: ({ signal }) => client.get<typeof Me>('/api/v1/auth/me', {}, signal),
  })

  async function endOthers(): Promise<string | null> {
    // The old token ends with it: nothing may go on with it meanwhile.
    live.stop()
    const outcome = await client.call<typeof Token>('POST', '/api/v1/auth/end-sessions')
    if (outcome.ok) session.renew(outcome.data)
    live.start()
    if (!outcome.ok) return outcome.failure.message
    toast('done', t('everywhereDone'))
    return null
  }

  return (
    <Panel title={t('title')}>
      <Loaded query={query} lines={5}>
        {(me) => (
          <div className="flex flex-col gap-4 p-4">
            <Facts
              rows={[
                [t('username'), me.username],
                [
                  t('role'),
                  <span key="role">
                    {role(me.role)} <span className="text-soft">– {role(`${me.role}May`)}</span>
                  </span>,
                ],
                [t('email'), me.email ?? t('noEmail')],
                [t('lastLogin'), <Age key="login" at={me.last_login} />],
                [t('created'), formatTime(me.created_at, language)],
              ]}
            />
            <div className="flex flex-wrap gap-2">
              <Button onClick={() => void navigate({ to: '/sign-in', search: { step: 'password' } })}>
                {t('password')}
              </Button>
              <Button onClick={() => setAsking(true)}>{t('everywhere')}</Button>
            </div>
          </div>
        )}
      </Loaded>
      <ConfirmDialog
        open={asking}
        title={t('everywhereTitle')}
        what={t('everywhereWhat')}
        action={t('everywhere')}
        onConfirm={endOthers}
        onClose={() => setAsking(false)}
      />
    </Panel>
  )
}

function Look() {
  const t = useTexts(accountTexts)
  const { language, choose } = useLanguage()
  const [theme, setTheme] = useState(currentTheme)
  return (
    <Panel title={t('look')}>
      <div className="flex flex-col gap-3 p-4">
        <p className="text-xs text-soft">{t('lookHint')}</p>
        <div className="flex flex-wrap gap-4">
          <Field label={t('language')}>
            {(input) => <Select {...input} value={language} options={languageNames} onChoose={choose} />}
          </Field>
          <Field label={t('theme')}>
            {(input) => (
              <Select<Theme>
                {...input}
                value={theme}
                options={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(value) }))}
                onChoose={(next) => {
                  setTheme(next)
                  chooseTheme(next)
                }}
              />
            )}
          </Field>
        </div>
      </div>
    </Panel>
  )
}
