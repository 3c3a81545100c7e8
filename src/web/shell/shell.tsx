import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useLanguage, useTexts } from '../i18n/language.tsx'
import { useCounts, useSession, useTree } from '../live/use-live.ts'
import { pathOf, travelling, useAddress, usePlace } from '../routes/address.ts'
import { type Range, rangeNames, useTimeRange } from '../routes/time-range.ts'
import { IconButton } from '../ui/button.tsx'
import { classes } from '../ui/class-names.ts'
import { Select } from '../ui/field.tsx'
import { Toasts } from '../ui/toast.tsx'
import { BehindNote } from './behind-note.tsx'
import { useSections } from '../pages/settings/use-sections.ts'
import { LiveMark } from './live-mark.tsx'
import { NodeTree } from './node-tree.tsx'
import { SettingsTabs } from './settings-tabs.tsx'
import { shellTexts } from './shell.texts.ts'
import { useScope } from './use-scope.ts'
import { UserMenu } from './user-menu.tsx'

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }))

/** What is around every page: the tree, the scope, search, live state, account, and the tabs of the scope. */
export function Shell() {
  const t = useTexts(shellTexts)
  const navigate = useNavigate()
  const signedIn = useSession() !== null
  const [treeOpen, setTreeOpen] = useState(false)
  const [searching, setSearching] = useState(false)
  const settings = useSections()

  useEffect(() => {
    if (signedIn) return
    const next = location.pathname + location.search
    void navigate({ to: '/sign-in', search: next === '/overview' ? {} : { next } })
  }, [signedIn, navigate])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        setSearching(true)
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])

  return (
    <div className="flex h-full flex-col">
      <a href="#content" className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:bg-raised focus:p-2">
        {t('skip')}
      </a>
      <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line bg-panel px-2 sm:px-3">
        <IconButton label={t('openTree')} className="md:hidden" onClick={() => setTreeOpen(true)}>
          ☰
        </IconButton>
        <ScopePath />
        <button
          type="button"
          onClick={() => setSearching(true)}
          className="flex h-8 items-center gap-2 rounded-md border border-line px-2 text-sm text-soft hover:bg-hover"
        >
          <span aria-hidden>⌕</span>
          <span className="sr-only">{t('search')}</span>
          <span aria-hidden className="max-lg:hidden">
            {t('searchShort')}
          </span>
          <kbd aria-hidden className="rounded border border-line px-1 text-xs max-lg:hidden">
            Ctrl K
          </kbd>
        </button>
        <LiveMark />
        <UserMenu />
      </header>
      <div className="flex min-h-0 flex-1">
        <nav
          className="flex w-64 shrink-0 flex-col border-r border-line bg-panel max-md:hidden xl:w-72"
          aria-label={t('tree')}
        >
          <WholeTree />
          <NodeTree />
          <SettingsLink />
        </nav>
        {treeOpen && (
          <div className="fixed inset-0 z-30 flex md:hidden">
            <nav className="flex w-72 max-w-[85vw] flex-col bg-panel shadow-xl" aria-label={t('tree')}>
              <WholeTree onChosen={() => setTreeOpen(false)} />
              <NodeTree onChosen={() => setTreeOpen(false)} />
              <SettingsLink onChosen={() => setTreeOpen(false)} />
            </nav>
            <button
              type="button"
              aria-label={t('closeTree')}
              className="flex-1 bg-black/45"
              onClick={() => setTreeOpen(false)}
            />
          </div>
        )}
        <div className="flex min-w-0 flex-1 flex-col">
          {settings ? <SettingsTabs sections={settings.sections} chosen={settings.id} /> : <TabBar />}
          <BehindNote />
          <main id="content" tabIndex={0} className="flex min-h-0 flex-1 flex-col overflow-y-auto -outline-offset-2">
            <Outlet />
          </main>
        </div>
      </div>
      {searching && (
        <Suspense>
          <Palette onClose={() => setSearching(false)} />
        </Suspense>
      )}
      <Toasts />
    </div>
  )
}

function WholeTree({ onChosen }: { onChosen?: () => void }) {
  const t = useTexts(shellTexts)
  const { agentId } = usePlace()
  const isHere = useSections() === null && agentId === null
  const all = useCounts(null)
  const [search] = useAddress()
  return (
    <Link
      to="/overview"
      search={travelling(search)}
      {...(onChosen ? { onClick: onChosen } : {})}
      className={classes(
        'mx-1 mt-1 flex h-8 items-center rounded px-2 text-sm hover:bg-hover',
        isHere && 'bg-chosen font-medium',
      )}
    >
      <span className="flex-1">{t('wholeTree')}</span>
      <span className="text-xs text-soft">{t('nodes', { count: all?.total ?? 0 })}</span>
    </Link>
  )
}

function SettingsLink({ onChosen }: { onChosen?: () => void }) {
  const t = useTexts(shellTexts)
  const isHere = useSections() !== null
  return (
    <Link
      to="/settings/$section"
      params={{ section: 'monitor' }}
      {...(onChosen ? { onClick: onChosen } : {})}
      className={classes(
        'm-1 flex h-8 shrink-0 items-center gap-2 rounded px-2 text-sm hover:bg-hover',
        isHere && 'bg-chosen font-medium',
      )}
    >
      <span aria-hidden>⚙</span>
      {t('settings')}
    </Link>
  )
}

/** root / eu / eu-west / db-3: each part leads to its scope. */
function ScopePath() {
  const t = useTexts(shellTexts)
  const { agentId } = usePlace()
  const { node } = useTree()
  const [search] = useAddress()
  const path = agentId === null ? [] : (node(agentId)?.path ?? [agentId])
  const link = 'max-w-48 truncate rounded px-1 hover:bg-hover'
  return (
    <ol className="flex min-w-0 flex-1 items-center overflow-hidden text-sm">
      <li className="shrink-0">
        <Link to="/overview" search={travelling(search)} className={classes(link, 'font-semibold')}>
          Cortex
        </Link>
        <span className="sr-only">{t('wholeTree')}</span>
      </li>
      {path.map((id, at) => (
        <li key={id} className={classes('flex min-w-0 items-center', at < path.length - 1 && 'max-sm:hidden')}>
          <span aria-hidden className="px-0.5 text-soft">
            /
          </span>
          <Link
            to={pathOf({ agentId: id, tab: 'overview' })}
            search={travelling(search)}
            className={link}
            aria-current={id === agentId ? 'page' : undefined}
          >
            {node(id)?.name ?? id}
          </Link>
        </li>
      ))}
    </ol>
  )
}

function TabBar() {
  const t = useTexts(shellTexts)
  const { language } = useLanguage()
  const { agentId } = usePlace()
  const [search] = useAddress()
  const { tabs, tab } = useScope()
  const { range, choose } = useTimeRange()
  return (
    <div className="flex h-10 shrink-0 items-stretch gap-2 border-b border-line bg-panel px-2">
      <nav aria-label={t('tabs')} className="flex min-w-0 flex-1 overflow-x-auto">
        {tabs.map((each) => (
          <Link
            key={each.id}
            to={pathOf({ agentId, tab: each.id })}
            search={travelling(search)}
            aria-current={each === tab ? 'page' : undefined}
            className={classes(
              'flex items-center border-b-2 px-2.5 text-sm whitespace-nowrap',
              each === tab ? 'border-accent font-medium' : 'border-transparent text-soft hover:text-ink',
            )}
          >
            {each.title[language]}
          </Link>
        ))}
      </nav>
      <Select<Range>
        label={t('range')}
        value={range}
        options={rangeNames.map((value) => ({ value, label: value }))}
        onChoose={choose}
        className="my-1 h-7.5"
      />
    </div>
  )
}
