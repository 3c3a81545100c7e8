import { Link } from '@tanstack/react-router'
import { useTexts } from '../../../i18n/language.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { JoinCommand } from './join-command.tsx'
import { joinTexts } from './join.texts.ts'

/** How hosts join this monitor. */
export function JoinSection() {
  const t = useTexts(joinTexts)
  return (
    <div className="flex w-full max-w-3xl flex-col gap-3 p-3">
      <Panel title={t('title')}>
        <JoinCommand details />
      </Panel>
      <p className="px-1 text-sm text-soft">
        <Link to="/settings/$section" params={{ section: 'servers' }} className="underline">
          {t('other')}
        </Link>
      </p>
    </div>
  )
}
