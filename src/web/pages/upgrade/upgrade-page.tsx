import { useQuery } from '@tanstack/react-query'
import type { LatestRelease } from '../../../contract/better-monitor/releases.ts'
import { failureOf } from '../../api/client.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Age } from '../../ui/age.tsx'
import { Select } from '../../ui/field.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { NodeVersions } from './node-versions.tsx'
import { RolloutDrawer } from './rollout-drawer.tsx'
import { Rollouts } from './rollouts.tsx'
import { upgradeTexts } from './upgrade.texts.ts'

const channels = ['stable', 'beta'] as const

/** The newest release, which nodes of the scope run it, and upgrades in rings. */
export function UpgradePage({ agentId }: PageProps) {
  const t = useTexts(upgradeTexts)
  const [search, change] = useAddress()
  const channel = channels.find((name) => name === search['channel']) ?? 'stable'
  const view = search['view'] === 'rollouts' ? 'rollouts' : 'nodes'
  const query = useQuery({
    queryKey: ['latest release', channel],
    retry: false,
    staleTime: 60_000,
    queryFn: ({ signal }) => client.get<typeof LatestRelease>('/api/agents/releases/latest', { channel }, signal),
  })
  const failure = query.error ? failureOf(query.error) : null
  const release = query.data
  const shownRollout = Number(search['rollout'])
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-3 border-b border-line bg-panel px-3 py-2 text-sm">
        <Select
          label={t('channel')}
          value={channel}
          options={channels.map((value) => ({ value, label: t(value) }))}
          onChoose={(next) => change({ channel: next === 'stable' ? null : next })}
        />
        {release && (
          <span>
            {t('latest')} <strong className="font-semibold">{release.version}</strong>
            <span className="pl-2 text-soft">
              {t('released')} <Age at={release.releasedAt} />
            </span>
          </span>
        )}
        {failure && (
          <div role="status" className="min-w-0">
            <strong className="font-semibold">{t(failure.status === 404 ? 'noRelease' : 'noFeed')}</strong>
            <p className="text-xs break-words text-soft">
              {failure.message} {t('noFeedHint')}
            </p>
          </div>
        )}
      </div>
      <Tabs
        label={t('upgrade')}
        value={view}
        onChoose={(next) => change({ view: next === 'nodes' ? null : next })}
        tabs={[
          {
            id: 'nodes',
            label: t('nodes'),
            keep: true,
            content: () => (
              <NodeVersions agentId={agentId} latest={failure ? null : (release?.version ?? null)} channel={channel} />
            ),
          },
          { id: 'rollouts', label: t('rollouts'), content: () => <Rollouts agentId={agentId} /> },
        ]}
      />
      {Number.isSafeInteger(shownRollout) && shownRollout > 0 && (
        <RolloutDrawer rolloutId={shownRollout} onClose={() => change({ rollout: null })} />
      )}
    </>
  )
}
