import type { z } from 'zod'
import type { NodeDetail } from '../../../contract/cluster.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatPercent, formatTime, noFigure } from '../../lib/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { nodeTexts } from './node.texts.ts'

const shownFacts = 40

/** What is known of a node: identity, place in the tree, and what it told of its host, as text. */
export function Facts({ detail }: { detail: z.infer<typeof NodeDetail> }) {
  const t = useTexts(nodeTexts)
  const { language } = useLanguage()
  const { agent, metrics_summary: summary } = detail
  const averages = [summary.avg_cpu, summary.avg_memory, summary.avg_disk].map(formatPercent).join(' / ')
  const rows: Array<[string, string]> = [
    [t('agentId'), agent.agent_id],
    [t('role'), t(agent.role)],
    [t('version'), agent.version ?? noFigure],
    [t('path'), agent.path.join(' / ')],
    [t('joined'), formatTime(agent.created_at, language)],
    [`${t('average')} (${t('cpu')} / ${t('memory')} / ${t('disk')})`, averages],
    [t('availability'), formatPercent(summary.uptime_percentage)],
    ...Object.entries(agent.metadata)
      .slice(0, shownFacts)
      .map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  ]
  const own = ownDashboard(agent.role === 'monitor' ? agent.metadata['url'] : null)
  return (
    <Panel
      title={t('facts')}
      side={
        own !== null && (
          <a href={own} target="_blank" rel="noopener noreferrer" className="text-xs text-accent hover:underline">
            {t('dashboard')} ↗
          </a>
        )
      }
    >
      <dl className="grid grid-cols-[minmax(8rem,auto)_1fr] gap-x-4 gap-y-1 p-3 text-sm">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="break-words text-soft">{name}</dt>
            <dd className="line-clamp-3 min-w-0 break-words" title={value}>
              {value}
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  )
}

/** A link that a node wrote is followed only when it is one of the web. */
function ownDashboard(url: unknown): string | null {
  return typeof url === 'string' && /^https?:\/\//.test(url) ? url : null
}
