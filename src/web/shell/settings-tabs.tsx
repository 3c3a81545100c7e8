import { Link } from '@tanstack/react-router'
import { useLanguage, useTexts } from '../i18n/language.tsx'
import type { Section } from '../pages/settings/sections.ts'
import { classes } from '../ui/class-names.ts'
import { shellTexts } from './shell.texts.ts'

/** The sections of the settings, where otherwise the tabs of a scope are. */
export function SettingsTabs({ sections, chosen }: { sections: readonly Section[]; chosen: string }) {
  const t = useTexts(shellTexts)
  const { language } = useLanguage()
  return (
    <div className="flex h-10 shrink-0 items-stretch gap-2 border-b border-line bg-panel px-2">
      <h1 className="flex items-center px-1 text-sm font-semibold max-sm:sr-only">{t('settings')}</h1>
      <nav aria-label={t('settings')} className="flex min-w-0 flex-1 overflow-x-auto">
        {sections.map((each) => (
          <Link
            key={each.id}
            to={`/settings/${each.id}`}
            ref={
              each.id === chosen ? (link) => link?.scrollIntoView({ block: 'nearest', inline: 'nearest' }) : undefined
            }
            aria-current={each.id === chosen ? 'page' : undefined}
            className={classes(
              'flex items-center border-b-2 px-2.5 text-sm whitespace-nowrap',
              each.id === chosen ? 'border-accent font-medium' : 'border-transparent text-soft hover:text-ink',
            )}
          >
            {each.title[language]}
          </Link>
        ))}
      </nav>
    </div>
  )
}
