import { Link } from '@tanstack/react-router'
import { useQuery } from '@tanstack/react-query'
import type { JoinCommand } from '../../../contract/cluster.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { markOf } from '../../live/health.ts'
import { useMay, useNodes } from '../../live/use-live.ts'
import { pathOf } from '../../routes/address.ts'
import { CopyText } from '../../ui/copy-text.tsx'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status-mark.tsx'
import { startTexts } from './start.texts.ts'

const startCommand = 'npm start'
const shownNodes = 20

/** How the next host joins; the first thing after the first sign-in. */
export function StartPage() {
  const t = useTexts(startTexts)
  const mayAdminister = useMay('administer')
  const { nodes } = useNodes()
  const others = [...nodes.values()].filter((node) => node.depth > 0).slice(0, shownNodes)
  return (
    <div className="mx-auto flex w-full max-w-2xl flex-col gap-4 p-4">
      <Panel title={t('title')}>{mayAdminister ? <Command /> : <EmptyState title={t('notAllowed')} />}</Panel>
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

function Command() {
  const t = useTexts(startTexts)
  const query = useQuery({
    queryKey: ['join'],
    queryFn: ({ signal }) => client.get<typeof JoinCommand>('/api/v1/cluster/join', {}, signal),
    staleTime: Infinity,
  })
  return (
    <Loaded query={query} lines={5}>
      {({ command }) => (
        <div className="flex flex-col gap-2 p-4 text-sm">
          <p>{t('intro')}</p>
          <CopyText text={command} />
          <p>{t('start')}</p>
          <CopyText text={startCommand} />
          <p className="text-soft">{t('after')}</p>
          <p className="text-warn">{t('secret')}</p>
        </div>
      )}
    </Loaded>
  )
}
