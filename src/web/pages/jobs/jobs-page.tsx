import { useMemo } from 'react'
import type { z } from 'zod'
import type { JobList } from '../../../contract/operations/jobs.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatSpan, noFigure } from '../../lib/format.ts'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { matches } from '../../shell/matches.ts'
import { Age } from '../../ui/age.tsx'
import { Badge } from '../../ui/badge.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { FilterBar } from '../host/filter-bar.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { NoMatch } from '../host/no-match.tsx'
import { useHostQuery } from '../host/use-host-query.ts'
import { JobDrawer } from './job-drawer.tsx'
import { isUnderWay, jobTones, kindText, tookSeconds } from './job-view.ts'
import { jobsTexts } from './jobs.texts.ts'

type Summary = z.infer<typeof JobList>['jobs'][number]

const listed = 200
const everyMs = 5_000

/** Long work on a host, newest first; the open one is in the address. */
export function JobsPage({ agentId }: PageProps) {
  const t = useTexts(jobsTexts)
  const { language } = useLanguage()
  const id = agentId ?? ''
  const [search, change] = useAddress()
  const query = useHostQuery<typeof JobList>(id, { section: 'jobs', path: 'jobs', query: { limit: listed }, everyMs })
  const jobs = query.data?.jobs
  const q = search['q'] ?? ''
  const rows = useMemo(
    () =>
      (jobs ?? []).filter((job) =>
        matches(q, `${job.kind} ${kindText(t, job.kind)} ${job.resource} ${job.created_by}`),
      ),
    [jobs, q, t],
  )
  const columns: Array<Column<Summary>> = [
    {
      id: 'state',
      title: t('state'),
      width: '7rem',
      cell: (job) => <Badge tone={jobTones[job.state]}>{t(job.state)}</Badge>,
    },
    { id: 'kind', title: t('kind'), width: 'minmax(11rem, 1fr)', cell: (job) => kindText(t, job.kind) },
    { id: 'resource', title: t('resource'), width: 'minmax(11rem, 2fr)', cell: (job) => job.resource },
    { id: 'by', title: t('by'), width: '9rem', cell: (job) => job.created_by },
    { id: 'created', title: t('created'), width: '8rem', cell: (job) => <Age at={job.created_at} /> },
    {
      id: 'took',
      title: t('took'),
      width: '7rem',
      cell(job) {
        const took = isUnderWay(job.state) ? null : tookSeconds(job, Date.now())
        return took === null ? noFigure : formatSpan(took, language)
      },
    },
  ]

  return (
    <>
      <FilterBar />
      <HostLoaded query={query}>
        {() => (
          <DataTable
            label={t('jobs')}
            columns={columns}
            rows={rows}
            keyOf={(job) => job.job_id}
            onOpen={(job) => change({ job: job.job_id })}
            empty={q === '' ? <EmptyState title={t('none')}>{t('noneHint')}</EmptyState> : <NoMatch nothing="" />}
          />
        )}
      </HostLoaded>
      {search['job'] && <JobDrawer agentId={id} jobId={search['job']} onClose={() => change({ job: null })} />}
    </>
  )
}
