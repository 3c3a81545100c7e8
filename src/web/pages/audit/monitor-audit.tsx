import type { AuditList } from '../../../contract/audit.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { pageRows, useEndless } from '../../live/use-endless.ts'
import { AddressSearch } from '../../routes/address-search.tsx'
import { useAddress } from '../../routes/address.ts'
import { Button } from '../../ui/button.tsx'
import { EndlessList } from '../../ui/endless-list.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { SpanFilter } from '../timeline/span-filter.tsx'
import { type AuditEntry, AuditTable } from './audit-table.tsx'
import { auditTexts } from './audit.texts.ts'
import { VerifyButton } from './verify-button.tsx'

const placeOf = (entry: AuditEntry) => ({ at: entry.at, id: entry.id })
const filters = ['actor', 'action', 'target'] as const
const spans = ['since', 'until'] as const
/** No event tells of an entry. */
const everyMs = 15_000

/** Who did what at this monitor; the filters are in the address. */
export function MonitorAudit() {
  const t = useTexts(auditTexts)
  const [search, change] = useAddress()
  const query = Object.fromEntries([...filters, ...spans].map((name) => [name, search[name] ?? '']))
  const list = useEndless<AuditEntry>({
    queryKey: ['audit', query],
    placeOf,
    everyMs,
    async read(offset, signal) {
      const page = { ...query, limit: pageRows, offset }
      const { entries, total } = await client.get<typeof AuditList>('/api/v1/audit', page, signal)
      return { rows: entries, total }
    },
  })
  const isFiltered = Object.values(query).some((value) => value !== '')
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <EndlessList
        list={list}
        filters={
          <>
            {filters.map((name) => (
              <AddressSearch key={name} label={t(name)} name={name} />
            ))}
            <SpanFilter />
          </>
        }
        end={<VerifyButton />}
      >
        {(rows) => (
          <AuditTable
            label={t('audit')}
            rows={rows}
            onNearEnd={list.readOlder}
            empty={
              <EmptyState title={t(isFiltered ? 'noMatch' : 'none')}>
                {isFiltered && (
                  <Button onClick={() => change({ actor: null, action: null, target: null, since: null, until: null })}>
                    {t('clear')}
                  </Button>
                )}
              </EmptyState>
            }
          />
        )}
      </EndlessList>
    </div>
  )
}
