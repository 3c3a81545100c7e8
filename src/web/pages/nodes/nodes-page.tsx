import { Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { formatNumber } from '../../lib/format.ts'
import { markOf, marks, type Mark } from '../../live/health.ts'
import type { NodeItem } from '../../live/node-store.ts'
import { useNode, useNodes } from '../../live/use-live.ts'
import { AddressSearch } from '../../routes/address-search.tsx'
import { pathOf, travelling, useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Age } from '../../ui/age.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Select } from '../../ui/field.tsx'
import { EmptyState, Skeleton } from '../../ui/states.tsx'
import { StatusMark } from '../../ui/status-mark.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { UsageBar } from '../../ui/usage-bar.tsx'
import { NodeMatrix } from './node-matrix.tsx'
import { nodesTexts } from './nodes.texts.ts'
import { byName, figure, selectNodes } from './select-nodes.ts'

/** All nodes of the scope as a table or a matrix; search, filter, sort and view are in the address. */
export function NodesPage({ agentId }: PageProps) {
  const t = useTexts(nodesTexts)
  const words = useTexts(uiTexts)
  const navigate = useNavigate()
  const [search, change] = useAddress()
  const view = useNodes()
  const q = search['q'] ?? ''
  const mark = marks.find((each) => each === search['mark']) ?? null
  const sort = search['sort'] ?? 'status'
  const isMatrix = search['view'] === 'matrix'
  // Names change with the tree alone.
  // oxlint-disable-next-line react-hooks/exhaustive-deps
  const order = useMemo(() => byName(view.nodes.values()), [view.childrenOf])
  const rows = useMemo(() => {
    const nodes = order.flatMap((id) => view.nodes.get(id) ?? [])
    return selectNodes(nodes, { under: agentId, q, mark, sort })
  }, [view, order, agentId, q, mark, sort])
  const columns = useMemo(() => columnsOf(t, words), [t, words])
  const open = (node: NodeItem) =>
    void navigate({ to: pathOf({ agentId: node.agent_id, tab: 'overview' }), search: travelling(search) })

  if (!view.loaded && view.nodes.size === 0) return <Skeleton lines={12} />
  const empty =
    view.nodes.size === 0 ? (
      <EmptyState title={t('none')}>
        <Link to="/start" className="text-accent underline">
          {t('addHost')}
        </Link>
      </EmptyState>
    ) : (
      <EmptyState title={t('noMatch')}>
        <Button onClick={() => change({ q: null, mark: null })}>{t('clear')}</Button>
      </EmptyState>
    )

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2">
        <AddressSearch label={t('filter')} />
        <Select<Mark | 'all'>
          label={t('status')}
          value={mark ?? 'all'}
          options={[{ value: 'all', label: t('all') }, ...marks.map((value) => ({ value, label: words(value) }))]}
          onChoose={(value) => change({ mark: value === 'all' ? null : value })}
        />
        <div role="group" aria-label={t('view')} className="flex">
          <Button kind={isMatrix ? 'quiet' : 'plain'} aria-pressed={!isMatrix} onClick={() => change({ view: null })}>
            {t('table')}
          </Button>
          <Button
            kind={isMatrix ? 'plain' : 'quiet'}
            aria-pressed={isMatrix}
            onClick={() => change({ view: 'matrix' })}
          >
            {t('matrix')}
          </Button>
        </div>
        <span className="ml-auto text-xs text-soft" role="status">
          {t('count', { shown: rows.length, total: view.nodes.size })}
        </span>
      </div>
      {isMatrix ? (
        <NodeMatrix rows={rows} onOpen={open} empty={empty} />
      ) : (
        <DataTable
          label={t('nodes')}
          columns={columns}
          rows={rows}
          keyOf={(node) => node.agent_id}
          sort={sort}
          onSort={(next) => change({ sort: next === 'status' ? null : next })}
          onOpen={open}
          empty={empty}
        />
      )}
    </div>
  )
}

type T = ReturnType<typeof useTexts<keyof (typeof nodesTexts)['zh']>>
type Words = ReturnType<typeof useTexts<keyof (typeof uiTexts)['zh']>>

function columnsOf(t: T, words: Words): Array<Column<NodeItem>> {
  const usage = (id: 'cpu' | 'memory' | 'disk') => ({
    id,
    title: t(id),
    width: 'minmax(7rem, 1fr)',
    sortable: true,
    cell: (node: NodeItem) => <LiveUsage agentId={node.agent_id} name={id} label={t(id)} />,
  })
  return [
    {
      id: 'status',
      title: t('status'),
      width: '7rem',
      sortable: true,
      cell: (node) => <LiveMark agentId={node.agent_id} />,
    },
    {
      id: 'name',
      title: t('name'),
      width: 'minmax(10rem, 2fr)',
      sortable: true,
      cell: (node) => <span title={node.agent_id}>{node.name}</span>,
    },
    {
      id: 'parent',
      title: t('parent'),
      width: 'minmax(6rem, 1fr)',
      sortable: true,
      cell: (node) => <span className="text-soft">{node.parent_id ?? '–'}</span>,
    },
    usage('cpu'),
    usage('memory'),
    usage('disk'),
    {
      id: 'load',
      title: t('load'),
      width: '4.5rem',
      align: 'right',
      sortable: true,
      cell: (node) => (
        <span
          className={node.status === 'online' ? '' : 'text-soft italic'}
          title={node.status === 'online' ? undefined : words('oldFigure')}
        >
          {formatNumber(figure(node, 'load_average'), 2)}
        </span>
      ),
    },
    { id: 'issues', title: t('issues'), width: '7rem', cell: (node) => <Issues counts={node.issues_count} /> },
    {
      id: 'seen',
      title: t('seen'),
      width: '7rem',
      sortable: true,
      cell: (node) => <LiveAge agentId={node.agent_id} />,
    },
  ]
}

function LiveMark({ agentId }: { agentId: string }) {
  const node = useNode(agentId)
  return node ? <StatusMark mark={markOf(node)} label /> : null
}

function LiveUsage({ agentId, name, label }: { agentId: string; name: string; label: string }) {
  const node = useNode(agentId)
  return (
    <UsageBar percent={node ? figure(node, `${name}_percent`) : null} label={label} old={node?.status !== 'online'} />
  )
}

function LiveAge({ agentId }: { agentId: string }) {
  return <Age at={useNode(agentId)?.last_heartbeat} />
}

function Issues({ counts }: { counts: NodeItem['issues_count'] }) {
  const tones = { L1: 'plain', L2: 'warn', L3: 'bad' } as const
  const present = (['L3', 'L2', 'L1'] as const).filter((level) => counts[level] > 0)
  if (present.length === 0) return null
  return (
    <span className="flex gap-1">
      {present.map((level) => (
        <Badge key={level} tone={tones[level]}>
          {level} {counts[level]}
        </Badge>
      ))}
    </span>
  )
}
