import { type ReactNode, useMemo, useState } from 'react'
import type { AuditList } from '../../../contract/audit.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatTime } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { auditTexts } from './audit.texts.ts'

export type AuditEntry = AuditList['entries'][number]

/** Entries of a log; one is opened with all that was written down. */
export function AuditTable(props: {
  label: string
  rows: readonly AuditEntry[]
  onNearEnd: () => void
  empty: ReactNode
}) {
  const t = useTexts(auditTexts)
  const { language } = useLanguage()
  const [opened, setOpened] = useState<AuditEntry | null>(null)
  const columns = useMemo<Array<Column<AuditEntry>>>(
    () => [
      { id: 'when', title: t('when'), width: '11.5rem', cell: (entry) => formatTime(entry.at, language) },
      { id: 'who', title: t('who'), width: 'minmax(7rem, 1fr)', cell: (entry) => entry.actor },
      {
        id: 'what',
        title: t('what'),
        width: 'minmax(9rem, 1fr)',
        cell: (entry) => <code className="font-mono text-xs">{entry.action}</code>,
      },
      { id: 'on', title: t('on'), width: 'minmax(8rem, 1fr)', cell: (entry) => entry.target ?? '–' },
      {
        id: 'details',
        title: t('details'),
        width: 'minmax(12rem, 2fr)',
        cell: (entry) => <code className="font-mono text-xs text-soft">{shortDetails(entry)}</code>,
      },
      {
        id: 'number',
        title: t('number'),
        width: '4.5rem',
        align: 'right',
        cell: (entry) => <span className="text-soft">{entry.id}</span>,
      },
    ],
    [t, language],
  )
  return (
    <>
      <DataTable {...props} columns={columns} keyOf={(entry) => String(entry.id)} onOpen={setOpened} />
      {opened && <EntryDialog entry={opened} onClose={() => setOpened(null)} />}
    </>
  )
}

const shortDetails = ({ details }: AuditEntry) =>
  Object.entries(details)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ')

function EntryDialog({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  const t = useTexts(auditTexts)
  const { language } = useLanguage()
  return (
    <Dialog open onClose={onClose} title={t('entry', { id: entry.id })} wide>
      <p className="flex flex-wrap items-baseline gap-x-3 text-sm">
        <time dateTime={entry.at}>{formatTime(entry.at, language)}</time>
        <Badge>{t(entry.actor_kind)}</Badge>
        <span className="font-medium break-all">{entry.actor}</span>
        <code className="font-mono text-xs">{entry.action}</code>
        <span className="break-all">{entry.target}</span>
      </p>
      <pre
        aria-label={t('details')}
        tabIndex={0}
        className="max-h-80 overflow-auto rounded-md border border-line bg-page p-2 font-mono text-xs break-all whitespace-pre-wrap"
      >
        {JSON.stringify(entry.details, null, 2)}
      </pre>
      <h3 className="text-xs text-soft">{t('seal')}</h3>
      <CopyText text={entry.hash} />
      <h3 className="text-xs text-soft">{t('previousSeal')}</h3>
      <CopyText text={entry.previous_hash} />
    </Dialog>
  )
}
