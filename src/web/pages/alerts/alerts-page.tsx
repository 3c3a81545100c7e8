import { Link } from '@tanstack/react-router'
import { useTexts } from '../../i18n/language.tsx'
import { useSession } from '../../live/use-live.ts'
import { pathOf, travelling, useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { classes } from '../../ui/class-names.ts'
import { AlertsView } from './alerts-view.tsx'
import { alertsTexts } from './alerts.texts.ts'
import { ChannelsView } from './channels-view.tsx'
import { NoticesView } from './notices-view.tsx'
import { RecordsView } from './records-view.tsx'
import { RulesView } from './rules-view.tsx'
import { SilencesView } from './silences-view.tsx'

const everybody = ['list', 'silences', 'rules', 'records'] as const
type View = (typeof everybody)[number] | 'notices' | 'channels'
const pages = {
  list: AlertsView,
  silences: SilencesView,
  rules: RulesView,
  records: RecordsView,
  notices: NoticesView,
  channels: ChannelsView,
}

/** What needs a person, and everything that decides who is told of it. Which part is shown stands in the address. */
export function AlertsPage({ agentId }: PageProps) {
  const t = useTexts(alertsTexts)
  const [search] = useAddress()
  const role = useSession()?.user.role
  const views: View[] = [
    ...everybody,
    // Notices and channels speak of every server, so the node shows them to those who see all.
    ...(role === 'admin' || role === 'operator' ? (['notices'] as const) : []),
    ...(role === 'admin' ? (['channels'] as const) : []),
  ]
  const view = views.find((each) => each === search['view']) ?? 'list'
  const Shown = pages[view]
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <nav
        aria-label={t('views')}
        className="flex shrink-0 gap-1 overflow-x-auto border-b border-line bg-panel px-3 py-1"
      >
        {views.map((each) => (
          <Link
            key={each}
            to={pathOf({ agentId, tab: 'alerts' })}
            search={{ ...travelling(search), ...(each === 'list' ? {} : { view: each }) }}
            aria-current={each === view ? 'page' : undefined}
            className={classes(
              'rounded-md px-2.5 py-1 text-sm whitespace-nowrap',
              each === view ? 'bg-chosen font-medium text-accent' : 'text-soft hover:bg-hover hover:text-ink',
            )}
          >
            {t(each)}
          </Link>
        ))}
      </nav>
      <Shown agentId={agentId} />
    </div>
  )
}
