import { Link } from '@tanstack/react-router'
import { useTexts } from '../../i18n/language.tsx'
import { markOf } from '../../live/health.ts'
import { useCounts, useNode, useTree } from '../../live/use-live.ts'
import { pathOf } from '../../routes/address.ts'
import { HealthBar } from '../../ui/health-bar.tsx'
import { StatusMark } from '../../ui/status-mark.tsx'
import { overviewTexts } from './overview.texts.ts'

const shownRegions = 60

/** The monitors of this scope, one a line, each with the health of all that is below it: the picture for narrow screens. */
export function FederationList({ top }: { top: string | null }) {
  const t = useTexts(overviewTexts)
  const { childrenOf, node } = useTree()
  const regions: Array<{ agentId: string; indent: number }> = []
  const monitorsBelow = (id: string | null) =>
    (childrenOf.get(id) ?? []).filter((each) => node(each)?.role === 'monitor')
  const waiting = (top === null ? monitorsBelow(null).toReversed() : [top]).map((agentId) => ({ agentId, indent: 0 }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { agentId, indent } = next
    regions.push(next)
    waiting.push(
      ...monitorsBelow(agentId)
        .toReversed()
        .map((id) => ({ agentId: id, indent: indent + 1 })),
    )
  }
  return (
    <ul className="max-h-96 overflow-y-auto p-2">
      {regions.slice(0, shownRegions).map(({ agentId, indent }) => (
        <li key={agentId}>
          <Region agentId={agentId} indent={indent} />
        </li>
      ))}
      {regions.length > shownRegions && (
        <li className="px-2 py-1 text-xs text-soft">{t('more', { count: regions.length - shownRegions })}</li>
      )}
    </ul>
  )
}

function Region({ agentId, indent }: { agentId: string; indent: number }) {
  const t = useTexts(overviewTexts)
  const region = useNode(agentId)
  const below = useCounts(agentId)
  if (!region) return null
  return (
    <Link
      to={pathOf({ agentId, tab: 'overview' })}
      className="flex h-10 items-center gap-2 rounded px-2 text-sm hover:bg-hover"
      style={{ paddingLeft: 8 + indent * 20 }}
    >
      <StatusMark mark={markOf(region)} />
      <span className="min-w-0 flex-1 truncate" title={agentId}>
        {region.name}
      </span>
      <HealthBar counts={below} className="w-20" />
      <span className="w-16 shrink-0 text-right text-xs text-soft">{t('below', { count: below?.total ?? 0 })}</span>
    </Link>
  )
}
