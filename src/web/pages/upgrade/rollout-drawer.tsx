import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Rollout } from '../../../contract/rollouts.ts'
import { client, queryClient } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useMay } from '../../live/use-live.ts'
import { Age } from '../../ui/age.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { Loaded } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { doneOf, endText, rolloutTones } from './rollout-view.ts'
import { upgradeTexts } from './upgrade.texts.ts'

const everyMs = 2_000
const failuresShown = 20

/** One upgrade: every server of it, by ring, as far as it is; and how to stop it. */
export function RolloutDrawer({ rolloutId, onClose }: { rolloutId: number; onClose: () => void }) {
  const t = useTexts(upgradeTexts)
  const mayOperate = useMay('operate')
  const [asked, setAsked] = useState(false)
  const query = useQuery<Rollout>({
    queryKey: ['rollouts', rolloutId],
    refetchInterval: ({ state }) => (state.data && state.data.status !== 'running' ? false : everyMs),
    queryFn: ({ signal }) => client.get<typeof Rollout>(`/api/v1/rollouts/${rolloutId}`, {}, signal),
  })
  const rollout = query.data
  const columns: Array<Column<Rollout['targets'][number]>> = [
    { id: 'ring', title: t('ring'), width: '4rem', align: 'right', cell: ({ ring }) => ring },
    { id: 'name', title: t('name'), width: 'minmax(9rem, 1fr)', cell: (target) => target.agent_id },
    {
      id: 'state',
      title: t('status'),
      width: '9rem',
      cell: ({ state }) => <Badge tone={rolloutTones[state]}>{t(state)}</Badge>,
    },
    { id: 'from', title: t('from'), width: '7rem', cell: (target) => target.from_version ?? '–' },
    {
      id: 'reason',
      title: t('reason'),
      width: 'minmax(12rem, 3fr)',
      cell: ({ reason }) => <span title={reason}>{reason}</span>,
    },
  ]

  async function cancel(): Promise<string | null> {
    const outcome = await client.call<typeof Rollout>('POST', `/api/v1/rollouts/${rolloutId}/cancel`)
    void queryClient.invalidateQueries({ queryKey: ['rollouts'] })
    if (!outcome.ok) return outcome.failure.message
    toast('done', t('cancelDone'))
    return null
  }

  return (
    <Drawer
      title={t('title', { version: rollout?.target_version ?? '…' })}
      onClose={onClose}
      side={
        mayOperate &&
        rollout?.status === 'running' && (
          <Button small kind="danger" onClick={() => setAsked(true)}>
            {t('cancel')}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(found) => {
          const { done, total } = doneOf(found.counts)
          return (
            <>
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2 text-sm text-soft">
                <Badge tone={rolloutTones[found.status]}>{t(found.status)}</Badge>
                <span>
                  {done} / {total}
                </span>
                <span>{found.created_by}</span>
                <Age at={found.created_at} />
                {found.reason !== found.status && <span className="break-words">{endText(t, found.reason)}</span>}
              </p>
              <Failures targets={found.targets} />
              <DataTable
                label={t('nodes')}
                columns={columns}
                rows={found.targets}
                keyOf={(target) => target.agent_id}
              />
            </>
          )
        }}
      </Loaded>
      {rollout && (
        <ConfirmDialog
          open={asked}
          title={t('cancelTitle')}
          what={t('cancelWhat', {
            count: (rollout.counts['waiting'] ?? 0) + (rollout.counts['offline'] ?? 0),
            version: rollout.target_version,
          })}
          action={t('cancel')}
          onConfirm={cancel}
          onClose={() => setAsked(false)}
        />
      )}
    </Drawer>
  )
}

/** Why servers failed, in full: a cell of the table is too short for it. */
function Failures({ targets }: { targets: Rollout['targets'] }) {
  const t = useTexts(upgradeTexts)
  const failed = targets.filter(({ state }) => state === 'failed').slice(0, failuresShown)
  if (failed.length === 0) return null
  return (
    <section className="max-h-40 shrink-0 overflow-y-auto bg-bad-ground px-4 py-2 text-sm text-bad">
      <h3 className="font-semibold">{t('why')}</h3>
      {failed.map((target) => (
        <p key={target.server_id} className="break-words">
          {target.agent_id}: {target.reason}
        </p>
      ))}
    </section>
  )
}
