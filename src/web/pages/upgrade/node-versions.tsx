import { useMemo, useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { markOf } from '../../live/health.ts'
import type { NodeItem } from '../../live/node-store.ts'
import { useMay, useNodes } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import { matches } from '../../shell/matches.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { StatusMark } from '../../ui/status-mark.tsx'
import { FilterBar } from '../host/filter-bar.tsx'
import { NoMatch } from '../host/no-match.tsx'
import { StartDialog } from './start-dialog.tsx'
import { upgradeTexts } from './upgrade.texts.ts'

/** Which version each node of the scope runs, and the choice of those to upgrade. */
export function NodeVersions(props: { agentId: string | null; latest: string | null; channel: 'stable' | 'beta' }) {
  const { agentId, latest, channel } = props
  const t = useTexts(upgradeTexts)
  const [search, change] = useAddress()
  const { nodes } = useNodes()
  const canChoose = useMay('operate') && latest !== null
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [asked, setAsked] = useState(false)
  const q = search['q'] ?? ''
  const onlyOld = search['old'] === '1' && latest !== null
  const rows = useMemo(() => {
    const order = new Intl.Collator(undefined, { numeric: true }).compare
    return [...nodes.values()]
      .filter((node) => agentId === null || node.path.includes(agentId))
      .filter((node) => !onlyOld || node.version !== latest)
      .filter((node) => matches(q, `${node.name} ${node.agent_id} ${node.version ?? ''}`))
      .sort((a, b) => order(a.version ?? '', b.version ?? '') || order(a.name, b.name))
  }, [nodes, agentId, onlyOld, latest, q])
  const old = rows.filter((node) => node.version !== latest)
  const picked = [...nodes.values()].filter((node) => chosen.has(node.server_id))

  function toggle({ server_id: id }: NodeItem): void {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    setChosen(next)
  }
  const columns: Array<Column<NodeItem>> = [
    ...(canChoose
      ? [
          {
            id: 'choose',
            title: '',
            width: '2.5rem',
            cell: (node: NodeItem) => (
              <input
                type="checkbox"
                className="size-4 align-middle"
                aria-label={t('choose', { name: node.name })}
                checked={chosen.has(node.server_id)}
                onClick={(event) => event.stopPropagation()}
                onChange={() => toggle(node)}
              />
            ),
          },
        ]
      : []),
    { id: 'name', title: t('name'), width: 'minmax(11rem, 2fr)', cell: ({ name }) => name },
    {
      id: 'version',
      title: t('version'),
      width: 'minmax(9rem, 1fr)',
      cell: ({ version }) => (
        <Badge tone={latest === null ? 'plain' : version === latest ? 'good' : 'warn'}>{version ?? '–'}</Badge>
      ),
    },
    { id: 'status', title: t('status'), width: '9rem', cell: (node) => <StatusMark mark={markOf(node)} label /> },
  ]

  return (
    <>
      <FilterBar>
        {latest !== null && (
          <Button
            kind={onlyOld ? 'plain' : 'quiet'}
            aria-pressed={onlyOld}
            onClick={() => change({ old: onlyOld ? null : '1' })}
          >
            {t('outdated')}
          </Button>
        )}
        {canChoose && (
          <span className="ml-auto flex flex-wrap items-center gap-2">
            <span className="text-xs text-soft" role="status">
              {t('chosen', { count: picked.length })}
            </span>
            {picked.length > 0 ? (
              <Button kind="quiet" onClick={() => setChosen(new Set())}>
                {t('chooseNone')}
              </Button>
            ) : (
              <Button
                kind="quiet"
                disabled={old.length === 0}
                onClick={() => setChosen(new Set(old.map((node) => node.server_id)))}
              >
                {t('chooseAll', { count: old.length })}
              </Button>
            )}
            <Button kind="primary" disabled={picked.length === 0} onClick={() => setAsked(true)}>
              {t('start')}
            </Button>
          </span>
        )}
      </FilterBar>
      <DataTable
        label={t('nodes')}
        columns={columns}
        rows={rows}
        keyOf={({ agent_id }) => agent_id}
        {...(canChoose ? { onOpen: toggle } : {})}
        empty={<NoMatch nothing={onlyOld ? t('allNew') : t('noNodes')} />}
      />
      {asked && latest !== null && (
        <StartDialog
          nodes={picked}
          version={latest}
          channel={channel}
          onBegun={(rollout) => {
            setChosen(new Set())
            change({ view: 'rollouts', rollout: String(rollout) })
          }}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  )
}
