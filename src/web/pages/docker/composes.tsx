import { useMemo, useState } from 'react'
import type { ComposeAnswer, ComposeProject } from '../../../contract/operations/docker.ts'
import type { JobReceipt } from '../../../contract/operations/jobs.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useMay, useNode } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import { matches } from '../../shell/matches.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { FilterBar } from '../host/filter-bar.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { NoMatch } from '../host/no-match.tsx'
import { readAgain, useHostQuery, useServerPath } from '../host/use-host-query.ts'
import { JobDrawer } from '../jobs/job-drawer.tsx'
import { stateText, stateTone } from './container-view.ts'
import { dockerTexts } from './docker.texts.ts'

const everyMs = 5_000

/** The compose projects of a host, those that are down too; up and down are jobs whose progress is shown at once. */
export function Composes({ agentId }: { agentId: string }) {
  const t = useTexts(dockerTexts)
  const [search, change] = useAddress()
  const mayOperate = useMay('operate')
  const server = useServerPath(agentId)
  const host = useNode(agentId)?.name ?? agentId
  const [asked, setAsked] = useState<{ project: ComposeProject; verb: 'up' | 'down' } | null>(null)
  const query = useHostQuery<typeof ComposeAnswer>(agentId, { section: 'docker', path: 'docker/composes', everyMs })
  const all = query.data?.composes
  const q = search['q'] ?? ''
  const rows = useMemo(
    () => (all ?? []).filter(({ name, working_dir }) => matches(q, `${name} ${working_dir}`)),
    [all, q],
  )

  async function move(): Promise<string | null> {
    if (!asked) return null
    const path = `${server}/docker/composes/${encodeURIComponent(asked.project.name)}/${asked.verb}`
    const outcome = await client.call<typeof JobReceipt>('POST', path)
    if (!outcome.ok) return outcome.failure.message
    change({ job: outcome.data.job_id })
    return null
  }

  const columns: Array<Column<ComposeProject>> = [
    {
      id: 'state',
      title: t('state'),
      width: '7rem',
      cell: ({ status }) => <Badge tone={stateTone(status)}>{stateText(t, status)}</Badge>,
    },
    { id: 'name', title: t('name'), width: 'minmax(9rem, 1fr)', cell: ({ name }) => name },
    { id: 'count', title: t('count'), width: '6rem', align: 'right', cell: (project) => project.container_count },
    {
      id: 'folder',
      title: t('folder'),
      width: 'minmax(12rem, 2fr)',
      cell: (project) => <span title={project.working_dir}>{project.working_dir}</span>,
    },
    {
      id: 'files',
      title: t('files'),
      width: 'minmax(12rem, 2fr)',
      cell: (project) => <span title={project.config_files.join('\n')}>{namesOf(project) || '–'}</span>,
    },
    ...(mayOperate
      ? [
          {
            id: 'actions',
            title: '',
            width: '11rem',
            align: 'right' as const,
            cell: (project: ComposeProject) => (
              <span className="inline-flex gap-1">
                <Button small onClick={() => setAsked({ project, verb: 'up' })}>
                  {t('up')}
                </Button>
                {project.status !== 'down' && (
                  <Button small onClick={() => setAsked({ project, verb: 'down' })}>
                    {t('downVerb')}
                  </Button>
                )}
              </span>
            ),
          },
        ]
      : []),
  ]

  return (
    <>
      <FilterBar />
      <HostLoaded query={query} explain={{ DOCKER_UNAVAILABLE: t('noEngine'), COMPOSE_UNAVAILABLE: t('noCompose') }}>
        {() => (
          <DataTable
            label={t('compose')}
            columns={columns}
            rows={rows}
            keyOf={({ name }) => name}
            empty={<NoMatch nothing={t('noProjects')} />}
          />
        )}
      </HostLoaded>
      {asked && (
        <ConfirmDialog
          open
          title={t(asked.verb === 'up' ? 'confirmUpTitle' : 'confirmDownTitle', { name: asked.project.name })}
          what={t(asked.verb === 'up' ? 'confirmUp' : 'confirmDown', {
            host,
            name: asked.project.name,
            files: asked.project.config_files.join(', ') || t('noFiles'),
            count: asked.project.container_count,
          })}
          action={t(asked.verb === 'up' ? 'up' : 'downVerb')}
          danger={asked.verb === 'down'}
          onConfirm={move}
          onClose={() => setAsked(null)}
        />
      )}
      {search['job'] && (
        <JobDrawer
          agentId={agentId}
          jobId={search['job']}
          onClose={() => {
            change({ job: null })
            void readAgain(agentId, 'docker')
          }}
        />
      )}
    </>
  )
}

const namesOf = ({ config_files: files }: ComposeProject) => files.map((file) => file.split('/').at(-1)).join(', ')
