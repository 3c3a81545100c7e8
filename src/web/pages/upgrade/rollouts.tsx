import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { RolloutList } from '../../../contract/rollouts.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Age } from '../../ui/age.tsx'
import { Badge } from '../../ui/badge.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { doneOf, endText, rolloutTones } from './rollout-view.ts'
import { upgradeTexts } from './upgrade.texts.ts'

type Summary = z.infer<typeof RolloutList>['rollouts'][number]
const listed = 200
const everyMs = 5_000

/** Upgrades that this monitor began with a server of the scope, newest first. */
export function Rollouts({ agentId }: PageProps) {
  const t = useTexts(upgradeTexts)
  const [, change] = useAddress()
  const query = useQuery({
    queryKey: ['rollouts', 'list', agentId],
    refetchInterval: everyMs,
    queryFn: ({ signal }) =>
      client.get<typeof RolloutList>('/api/v1/rollouts', { under: agentId, limit: listed }, signal),
  })
  const columns: Array<Column<Summary>> = [
    {
      id: 'status',
      title: t('status'),
      width: '7rem',
      cell: ({ status }) => <Badge tone={rolloutTones[status]}>{t(status)}</Badge>,
    },
    { id: 'target', title: t('target'), width: 'minmax(8rem, 1fr)', cell: (rollout) => rollout.target_version },
    {
      id: 'progress',
      title: t('progress'),
      width: '8rem',
      cell({ counts }) {
        const { done, total } = doneOf(counts)
        return `${done} / ${total}${counts['failed'] ? ` · ${t('failed')} ${counts['failed']}` : ''}`
      },
    },
    { id: 'by', title: t('by'), width: '9rem', cell: (rollout) => rollout.created_by },
    { id: 'created', title: t('created'), width: '8rem', cell: (rollout) => <Age at={rollout.created_at} /> },
    {
      id: 'reason',
      title: t('reason'),
      width: 'minmax(10rem, 2fr)',
      cell: ({ reason, status }) => <span className="text-soft">{reason === status ? '' : endText(t, reason)}</span>,
    },
  ]
  return (
    <Loaded query={query} lines={8}>
      {({ rollouts }) => (
        <DataTable
          label={t('rollouts')}
          columns={columns}
          rows={rollouts}
          keyOf={(rollout) => String(rollout.rollout_id)}
          onOpen={(rollout) => change({ rollout: String(rollout.rollout_id) })}
          empty={<EmptyState title={t('noRollouts')} />}
        />
      )}
    </Loaded>
  )
}
