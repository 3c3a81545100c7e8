import { Link } from '@tanstack/react-router'
import { useTexts } from '../../i18n/language.tsx'
import { type Mark, markOf, marksIn } from '../../live/health.ts'
import { useNodes } from '../../live/use-live.ts'
import { pathOf } from '../../routes/address.ts'
import { classes } from '../../ui/class-names.ts'
import { EmptyState } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status-mark.tsx'
import { overviewTexts } from './overview.texts.ts'

const shownRegions = 60
const grounds: Record<Mark, string> = {
  healthy: 'bg-good',
  warning: 'bg-warn',
  critical: 'bg-bad',
  offline: 'bg-off',
  unreachable: 'bg-off',
  unknown: 'bg-off',
}

/** The monitors of this scope, each with the health of all that is below it as one bar: where in the tree it is bad. */
export function Federation({ agentId }: { agentId: string | null }) {
  const t = useTexts(overviewTexts)
  const { nodes, counts, childrenOf, loaded } = useNodes()
  const top = agentId ?? childrenOf.get(null)?.[0]
  const regions = [...nodes.values()]
    .filter((node) => node.role === 'monitor' && (top === undefined || node.path.includes(top)))
    .sort((a, b) => a.path.join('/').localeCompare(b.path.join('/')))
  const topDepth = regions[0]?.depth ?? 0

  if (loaded && nodes.size <= 1) {
    return (
      <EmptyState title={t('onlyHere')}>
        <p>{t('onlyHereHint')}</p>
        <Link to="/start" className="text-accent underline">
          {t('addHost')}
        </Link>
      </EmptyState>
    )
  }
  return (
    <ul className="max-h-96 overflow-y-auto p-2">
      {regions.slice(0, shownRegions).map((region) => {
        const below = counts.get(region.agent_id)
        const parts = below ? marksIn(below) : []
        return (
          <li key={region.agent_id}>
            <Link
              to={pathOf({ agentId: region.agent_id, tab: 'overview' })}
              className="flex h-8 items-center gap-2 rounded px-2 text-sm hover:bg-hover"
              style={{ paddingLeft: 8 + (region.depth - topDepth) * 20 }}
            >
              <StatusMark mark={markOf(region)} />
              <span className="w-40 shrink-0 truncate" title={region.agent_id}>
                {region.name}
              </span>
              <span aria-hidden className="flex h-2 min-w-16 flex-1 gap-px overflow-hidden rounded-full bg-hover">
                {parts.map(({ mark, count }) => (
                  <span key={mark} className={classes('h-full', grounds[mark])} style={{ flexGrow: count }} />
                ))}
              </span>
              <span className="flex shrink-0 items-center justify-end gap-2 text-xs text-soft sm:w-56">
                {parts
                  .filter(({ mark }) => mark !== 'healthy')
                  .map(({ mark, count }) => (
                    <span key={mark} className="flex items-center">
                      <StatusMark mark={mark} />
                      {count}
                    </span>
                  ))}
                <span>{t('below', { count: below?.total ?? 0 })}</span>
              </span>
            </Link>
          </li>
        )
      })}
      {regions.length > shownRegions && (
        <li className="px-2 py-1 text-xs text-soft">{t('more', { count: regions.length - shownRegions })}</li>
      )}
    </ul>
  )
}
