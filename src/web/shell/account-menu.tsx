import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { session } from '../app-state.ts'
import { languageNames } from '../i18n/language-names.ts'
import { useLanguage, useTexts } from '../i18n/language.tsx'
import { useMay } from '../live/use-live.ts'
import { AccountButton } from './account-button.tsx'
import { Menu, MenuChoice, MenuItem, MenuLine } from '../ui/menu.tsx'
import { shellTexts } from './shell.texts.ts'
import { chooseTheme, currentTheme, type Theme } from './theme.ts'

/** The menu itself, apart from its button: it is loaded when somebody reaches for it. */
export function AccountMenu() {
  const t = useTexts(shellTexts)
  const navigate = useNavigate()
  const mayAdminister = useMay('administer')
  const { language, choose } = useLanguage()
  const [theme, setTheme] = useState(currentTheme)
  return (
    <Menu openAtFirst trigger={<AccountButton />}>
      <MenuItem onSelect={() => void navigate({ to: '/settings/$section', params: { section: 'account' } })}>
        {t('settings')}
      </MenuItem>
      {mayAdminister && <MenuItem onSelect={() => void navigate({ to: '/start' })}>{t('addHost')}</MenuItem>}
      <MenuItem onSelect={() => void navigate({ to: '/sign-in', search: { step: 'password' } })}>
        {t('password')}
      </MenuItem>
      <MenuItem onSelect={() => window.open('/api/v1/docs', '_blank', 'noopener')}>{t('apiDocs')}</MenuItem>
      <MenuLine />
      <MenuChoice label={t('language')} value={language} options={languageNames} onChoose={choose} />
      <MenuChoice<Theme>
        label={t('theme')}
        value={theme}
        options={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(value) }))}
        onChoose={(next) => {
          setTheme(next)
          chooseTheme(next)
        }}
      />
      <MenuLine />
      <MenuItem onSelect={() => session.signOut()}>{t('signOut')}</MenuItem>
    </Menu>
  )
}
