import { Link } from '@tanstack/react-router'
import { useTexts } from '../../i18n/language.tsx'
import { markOf } from '../../live/health.ts'
import { useMay, useNodes } from '../../live/use-live.ts'
import { pathOf } from '../../routes/address.ts'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status-mark.tsx'
import { JoinCommand } from '../settings/join/join-command.tsx'
import { startTexts } from './start.texts.ts'

const shownNodes = 20

/** How the next host joins; the first thing after the first sign-in. */
export function StartPage() {
  const t = useTexts(startTexts)
  const mayAdminister = useMay('administer')
  const { nodes } = useNodes()
  const others = [...nodes.values()].filter((node) => node.depth > 0).slice(0, shownNodes)
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-4 p-4">
      <Panel title={t('title')}>{mayAdminister ? <JoinCommand /> : <EmptyState title={t('notAllowed')} />}</Panel>
      <Panel title={t('joined')}>
        {others.length === 0 ? (
          <EmptyState title={t('none')} />
        ) : (
          <ul className="p-2">
            {others.map((node) => (
              <li key={node.agent_id}>
                <Link
                  to={pathOf({ agentId: node.agent_id, tab: 'overview' })}
                  className="flex h-8 items-center gap-2 rounded px-2 text-sm hover:bg-hover"
                >
                  <StatusMark mark={markOf(node)} />
                  <span className="truncate">{node.name}</span>
                </Link>
              </li>
            ))}
          </ul>
        )}
      </Panel>
    </div>
  )
}
