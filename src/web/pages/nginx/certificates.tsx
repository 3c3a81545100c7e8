import { useQueries } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { NginxCertificate, NginxSites } from '../../../contract/operations/nginx.ts'
import { failureOf } from '../../api/client.ts'
import { client } from '../../app-state.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatTime, noFigure } from '../../lib/format.ts'
import { useMay } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { hostKey, readAgain, useHostQuery, useServerPath } from '../host/use-host-query.ts'
import { JobDrawer } from '../jobs/job-drawer.tsx'
import { type CertifiedDomain, certifiedDomains } from './certified-domains.ts'
import { IssueDialog } from './issue-dialog.tsx'
import { type NginxT, nginxTexts } from './nginx.texts.ts'

const staleMs = 60_000
const soonDays = 14
const gapMs = 120

interface Row extends CertifiedDomain {
  certificate: NginxCertificate | undefined
  /** Why there is none; null while it is looked at. */
  why: string | null
}

/** One after the other: fifty sites at once would use up what one may ask in a second. */
let lastTurn = Promise.resolve()
function inTurn<T>(run: () => Promise<T>): Promise<T> {
  const mine = lastTurn.then(run)
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, gapMs))
  lastTurn = mine.then(pause, pause)
  return mine
}

/** The names that the sites of a host have, with their certificates; one is issued as a job whose progress is shown. */
export function Certificates({ agentId }: { agentId: string }) {
  const t = useTexts(nginxTexts)
  const { language } = useLanguage()
  const [search, change] = useAddress()
  const mayOperate = useMay('operate')
  const server = useServerPath(agentId)
  const [asked, setAsked] = useState<string | null>(null)
  const query = useHostQuery<typeof NginxSites>(agentId, { section: 'nginx', path: 'nginx/sites' })
  const domains = useMemo(() => certifiedDomains(query.data?.sites ?? []), [query.data])
  const rows = useQueries({
    queries: domains.map(({ domain, ssl }) => ({
      queryKey: [...hostKey(agentId, 'nginx'), 'certificate', domain],
      enabled: ssl && server !== null,
      staleTime: staleMs,
      retry: false,
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        inTurn(() =>
          client.get<typeof NginxCertificate>(`${server}/nginx/ssl/${encodeURIComponent(domain)}`, {}, signal),
        ),
    })),
    combine: (answers) =>
      domains.map((domain, at): Row => {
        const answer = answers[at]
        const failure = answer?.error ? failureOf(answer.error) : null
        const isNone = !domain.ssl || failure?.code === 'NOT_FOUND'
        return { ...domain, certificate: answer?.data, why: isNone ? t('noCertificate') : (failure?.message ?? null) }
      }),
  })

  return (
    <>
      <HostLoaded query={query}>
        {() => (
          <DataTable
            label={t('certificates')}
            columns={columnsOf(t, (iso) => formatTime(iso, language), mayOperate ? setAsked : null)}
            rows={rows}
            keyOf={({ domain }) => domain}
            empty={<EmptyState title={t('noDomains')}>{t('noDomainsHint')}</EmptyState>}
          />
        )}
      </HostLoaded>
      {asked !== null && (
        <IssueDialog
          agentId={agentId}
          domain={asked}
          onIssued={(job) => change({ job })}
          onClose={() => setAsked(null)}
        />
      )}
      {search['job'] && (
        <JobDrawer
          agentId={agentId}
          jobId={search['job']}
          onClose={() => {
            change({ job: null })
            void readAgain(agentId, 'nginx')
          }}
        />
      )}
    </>
  )
}

function columnsOf(
  t: NginxT,
  time: (iso: string) => string,
  issue: ((domain: string) => void) | null,
): Array<Column<Row>> {
  return [
    { id: 'domain', title: t('domain'), width: 'minmax(12rem, 2fr)', cell: ({ domain }) => domain },
    { id: 'state', title: t('state'), width: 'minmax(8rem, 1fr)', cell: (row) => <CertificateState row={row} /> },
    {
      id: 'days',
      title: t('daysLeft'),
      width: '7rem',
      align: 'right',
      cell: ({ certificate }) => (certificate ? t('days', { count: certificate.days_left }) : noFigure),
    },
    {
      id: 'expires',
      title: t('expires'),
      width: '13rem',
      cell: ({ certificate }) => (certificate ? time(certificate.not_after) : noFigure),
    },
    {
      id: 'issuer',
      title: t('issuer'),
      width: 'minmax(10rem, 2fr)',
      cell: ({ certificate }) => <span title={certificate?.issuer}>{certificate?.issuer ?? noFigure}</span>,
    },
    { id: 'site', title: t('sites'), width: '9rem', cell: ({ site }) => site },
    ...(issue
      ? [
          {
            id: 'actions',
            title: '',
            width: '8rem',
            cell: ({ domain, certificate }: Row) => (
              <Button small onClick={() => issue(domain)}>
                {t(certificate ? 'renew' : 'issue')}
              </Button>
            ),
          },
        ]
      : []),
  ]
}

function CertificateState({ row: { certificate, why } }: { row: Row }) {
  const t = useTexts(nginxTexts)
  if (!certificate) {
    return (
      <span className="text-soft" title={why ?? undefined}>
        {why ?? t('checking')}
      </span>
    )
  }
  if (certificate.days_left < 0) return <Badge tone="bad">{t('expired')}</Badge>
  if (!certificate.valid) return <Badge tone="bad">{t('invalid')}</Badge>
  return <Badge tone={certificate.days_left < soonDays ? 'warn' : 'good'}>{t('valid')}</Badge>
}
