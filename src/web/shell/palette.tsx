import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, useMemo, useState } from 'react'
import type { AlertList } from '../../contract/alerts.ts'
import { client, session } from '../app-state.ts'
import { useLanguage, useTexts } from '../i18n/language.tsx'
import { markOf } from '../live/health.ts'
import { queryKeys } from '../live/stale-queries.ts'
import { useNodes } from '../live/use-live.ts'
import { useMySections } from '../pages/settings/use-sections.ts'
import { pathOf, travelling, useAddress, usePlace } from '../routes/address.ts'
import { classes } from '../ui/class-names.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Input } from '../ui/field.tsx'
import { StatusMark } from '../ui/status-mark.tsx'
import { matches } from './matches.ts'
import { shellTexts } from './shell.texts.ts'
import { chooseTheme } from './theme.ts'
import { useScope } from './use-scope.ts'

const shownNodes = 30
const shownAlerts = 8
/** A single letter occurs nearly everywhere. */
const leastForAlerts = 2

/** Search and commands by keyboard: nodes, open alerts, the pages of this scope, and what the account menu can do. */
export function Palette({ onClose }: { onClose: () => void }) {
  const t = useTexts(shellTexts)
  return (
    <Dialog open onClose={onClose} title={t('search')} wide>
      <Finder onClose={onClose} />
    </Dialog>
  )
}

function Finder({ onClose }: { onClose: () => void }) {
  const t = useTexts(shellTexts)
  const { language, choose } = useLanguage()
  const navigate = useNavigate()
  const { agentId } = usePlace()
  const [search] = useAddress()
  const { tabs } = useScope()
  const sections = useMySections()
  const { nodes } = useNodes()
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)

  const alerts = useQuery({
    queryKey: [queryKeys.alerts, 'palette', typed],
    enabled: typed.length >= leastForAlerts,
    queryFn: ({ signal }) =>
      client.get<typeof AlertList>('/api/v1/alerts', { open: true, q: typed, limit: shownAlerts }, signal),
  })
  const openAlerts = alerts.data?.alerts

  const entries = useMemo(() => {
    const go = (place: { agentId: string | null; tab: string }) =>
      void navigate({ to: pathOf(place), search: travelling(search) })
    const pages = tabs.map((tab) => ({
      key: `tab ${tab.id}`,
      text: `${t('goTo')}: ${tab.title[language]}`,
      words: `${tab.id} ${tab.title.zh} ${tab.title.en}`,
      run: () => go({ agentId, tab: tab.id }),
    }))
    const settings = sections.map((section) => ({
      key: `settings ${section.id}`,
      text: `${t('settings')}: ${section.title[language]}`,
      words: `${t('settings')} ${section.id} ${section.title.zh} ${section.title.en}`,
      run: () => void navigate({ to: '/settings/$section', params: { section: section.id } }),
    }))
    const actions = [
      {
        key: 'language',
        text: language === 'zh' ? 'English' : '中文',
        run: () => choose(language === 'zh' ? 'en' : 'zh'),
      },
      ...(['system', 'light', 'dark'] as const).map((theme) => ({
        key: theme,
        text: `${t('theme')}: ${t(theme)}`,
        run: () => chooseTheme(theme),
      })),
      { key: 'sign-out', text: t('signOut'), run: () => session.signOut() },
    ].map((action) => ({ ...action, words: action.text }))
    const found = []
    for (const node of nodes.values()) {
      if (typed === '' || !matches(typed, `${node.name} ${node.agent_id}`)) continue
      found.push({
        key: `node ${node.agent_id}`,
        text: node.name === node.agent_id ? node.name : `${node.name} (${node.agent_id})`,
        mark: markOf(node),
        run: () => go({ agentId: node.agent_id, tab: 'overview' }),
      })
      if (found.length === shownNodes) break
    }
    const troubles = (openAlerts ?? []).map((alert) => ({
      key: `alert ${alert.alert_id}`,
      text: `${alert.agent_name}: ${alert.description}`,
      mark: alert.severity === 'critical' ? ('critical' as const) : ('warning' as const),
      run: () => void navigate({ to: '/alerts', search: { ...travelling(search), alert: String(alert.alert_id) } }),
    }))
    const commands = [...pages, ...settings, ...actions].filter(({ words }) => matches(typed, words))
    // Alerts are asked for and come later: at the end they push nothing away from under the cursor.
    return [...found, ...commands, ...troubles]
  }, [typed, nodes, openAlerts, tabs, sections, agentId, language, navigate, search, choose, t])

  const chosen = Math.min(at, entries.length - 1)
  function onKey(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      setAt((chosen + step + entries.length) % Math.max(1, entries.length))
    } else if (event.key === 'Enter') {
      entries[chosen]?.run()
      onClose()
    }
  }

  return (
    <>
      <Input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={entries[chosen] ? `palette-${chosen}` : undefined}
        aria-label={t('search')}
        placeholder={t('search')}
        value={typed}
        onKeyDown={onKey}
        onChange={(event) => {
          setTyped(event.target.value)
          setAt(0)
        }}
      />
      <ul
        id="palette-list"
        role="listbox"
        aria-label={t('search')}
        className="flex max-h-[50vh] flex-col overflow-y-auto"
      >
        {entries.map((entry, index) => (
          <li
            key={entry.key}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === chosen}
            ref={index === chosen ? (item) => item?.scrollIntoView({ block: 'nearest' }) : undefined}
            onPointerMove={() => setAt(index)}
            onClick={() => {
              entry.run()
              onClose()
            }}
            className={classes(
              'flex min-h-8 cursor-pointer items-center gap-2 rounded px-2 text-sm',
              index === chosen && 'bg-chosen',
            )}
          >
            {'mark' in entry && <StatusMark mark={entry.mark} />}
            <span className="truncate">{entry.text}</span>
          </li>
        ))}
        {entries.length === 0 && <li className="px-2 py-4 text-center text-sm text-soft">{t('noMatch')}</li>}
      </ul>
    </>
  )
}
