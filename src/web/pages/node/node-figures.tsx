import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatNumber, formatRate, formatSpan, noFigure } from '../../lib/format.ts'
import type { NodeItem } from '../../live/node-store.ts'
import { pathOf, travelling, useAddress } from '../../routes/address.ts'
import { Badge } from '../../ui/badge.tsx'
import { Panel } from '../../ui/panel.tsx'
import { UsageBar } from '../../ui/usage-bar.tsx'
import { figure } from '../nodes/select-nodes.ts'
import { nodeTexts } from './node.texts.ts'

/** The figures of the last report, as far as they were measured. */
export function NodeFigures({ node }: { node: NodeItem }) {
  const t = useTexts(nodeTexts)
  const { language } = useLanguage()
  const [search] = useAddress()
  const uptime = figure(node, 'uptime_seconds')
  const { L1, L2, L3 } = node.issues_count
  return (
    <Panel
      title={t('now')}
      side={
        <Link
          to={pathOf({ agentId: node.agent_id, tab: 'metrics' })}
          search={travelling(search)}
          className="text-xs text-accent hover:underline"
        >
          {t('charts')}
        </Link>
      }
    >
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 p-3 text-sm sm:grid-cols-4">
        {(['cpu', 'memory', 'disk'] as const).map((name) => (
          <Entry key={name} label={t(name)}>
            <UsageBar percent={figure(node, `${name}_percent`)} label={t(name)} old={node.status !== 'online'} />
          </Entry>
        ))}
        <Entry label={t('load')}>{loads(node)}</Entry>
        <Entry label={t('network')}>{network(node)}</Entry>
        <Entry label={t('processes')}>{formatNumber(figure(node, 'process_count'))}</Entry>
        <Entry label={t('uptime')}>{uptime === null ? noFigure : formatSpan(uptime, language)}</Entry>
        <Entry label={t('issues')}>
          <span className="flex gap-1">
            {L3 > 0 && <Badge tone="bad">L3 {L3}</Badge>}
            {L2 > 0 && <Badge tone="warn">L2 {L2}</Badge>}
            {L1 > 0 && <Badge>L1 {L1}</Badge>}
            {L1 + L2 + L3 === 0 && t('noIssues')}
          </span>
        </Entry>
      </dl>
    </Panel>
  )
}

function Entry({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-soft">{label}</dt>
      <dd className="truncate">{children}</dd>
    </div>
  )
}

function loads(node: NodeItem): string {
  const all = node.metrics?.['load_average']
  if (!Array.isArray(all)) return noFigure
  return all.map((load: unknown) => formatNumber(typeof load === 'number' ? load : null, 2)).join(' · ')
}

function network(node: NodeItem): string {
  const io = node.metrics?.['network_io']
  const rate = (name: string) => {
    const value = typeof io === 'object' && io !== null ? (io as Record<string, unknown>)[name] : null
    return formatRate(typeof value === 'number' ? value : null)
  }
  return `${rate('bytes_recv')} / ${rate('bytes_sent')}`
}
