import { useInfiniteQuery } from '@tanstack/react-query'
import type { HostAuditPage } from '../../../contract/audit.ts'
import { failureOf } from '../../api/client.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { AuditTable } from './audit-table.tsx'
import { auditTexts } from './audit.texts.ts'

const pageRows = 100

/** What was done on a host, as the host itself wrote it down, with the verdict on its seals. */
export function HostAudit({ agentId }: { agentId: string }) {
  const t = useTexts(auditTexts)
  const query = useInfiniteQuery({
    queryKey: ['audit', 'host', agentId],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) =>
      client.get<typeof HostAuditPage>(
        `/api/v1/audit/nodes/${encodeURIComponent(agentId)}`,
        { before_id: pageParam, limit: pageRows },
        signal,
      ),
    getNextPageParam(last) {
      const oldest = Math.min(...last.entries.map(({ id }) => id))
      return last.entries.length > 0 && oldest > 1 ? oldest : null
    },
  })
  const pages = query.data?.pages ?? []
  const broken = pages.find((page) => !page.intact)
  const rows = pages.flatMap((page) => page.entries).toSorted((a, b) => b.id - a.id)
  const readOlder = () => {
    if (query.hasNextPage && !query.isFetchingNextPage && !query.isFetchNextPageError) void query.fetchNextPage()
  }
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2 text-sm">
        <h2 className="font-semibold">{t('hostAudit')}</h2>
        <span className="text-xs text-soft">{t('hostHint')}</span>
        <span className="ml-auto flex items-center gap-2 text-xs text-soft" role="status">
          {pages[0] && t('hostCount', { total: pages[0].head.seq })}
          {pages.length > 0 &&
            (broken ? (
              <Badge tone="bad">◆ {t('hostBroken', { id: broken.broken_at ?? '–' })}</Badge>
            ) : (
              <Badge tone="good">✓ {t('hostIntact')}</Badge>
            ))}
        </span>
      </div>
      {query.isFetchNextPageError && (
        <p role="alert" className="flex items-center gap-2 px-3 py-1 text-xs text-bad">
          {t('olderFailed', { reason: failureOf(query.error).message })}
          <Button small onClick={() => void query.fetchNextPage()}>
            {t('loadOlder')}
          </Button>
        </p>
      )}
      <Loaded query={query} lines={10}>
        {() => (
          <AuditTable
            label={t('hostAudit')}
            rows={rows}
            onNearEnd={readOlder}
            empty={<EmptyState title={t('none')} />}
          />
        )}
      </Loaded>
    </div>
  )
}
