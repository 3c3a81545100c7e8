import { useSyncExternalStore } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { formatBytes } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { filesTexts } from './files.texts.ts'
import type { Transfer, Transfers } from './transfers.ts'

/** Uploads and downloads under way, with what is to be decided about them. */
export function TransfersPanel({ transfers }: { transfers: Transfers }) {
  const t = useTexts(filesTexts)
  const list = useSyncExternalStore(transfers.subscribe, transfers.list)
  if (list.length === 0) return null
  return (
    <section aria-label={t('transfers')} className="max-h-56 shrink-0 overflow-y-auto border-t border-line bg-panel">
      <header className="sticky top-0 flex items-center gap-2 border-b border-line bg-panel px-3 py-1">
        <h2 className="flex-1 text-sm font-semibold">{t('transfers')}</h2>
        <Button small kind="quiet" onClick={transfers.clear}>
          {t('clear')}
        </Button>
      </header>
      <ul className="divide-y divide-line">
        {list.toReversed().map((transfer) => (
          <li key={transfer.id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 text-sm">
            <span className="min-w-0 flex-1 basis-40 truncate" title={transfer.path}>
              {transfer.kind === 'upload' ? '↑' : '↓'} {transfer.name}
            </span>
            <TransferState transfer={transfer} />
            <span className="flex gap-1">
              <Acts transfer={transfer} transfers={transfers} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function TransferState({ transfer: { state, loaded, total, error, name } }: { transfer: Transfer }) {
  const t = useTexts(filesTexts)
  if (state === 'moving') {
    return (
      <span className="flex items-center gap-2 text-xs text-soft">
        <progress
          aria-label={name}
          value={total === null ? undefined : loaded}
          max={total ?? undefined}
          className="h-2 w-32 accent-(--accent)"
        />
        {formatBytes(loaded)} / {formatBytes(total)}
      </span>
    )
  }
  if (state === 'failed') {
    return (
      <span role="alert" className="min-w-0 basis-full text-xs break-words text-bad sm:basis-auto">
        {error}
      </span>
    )
  }
  return <span className={state === 'exists' ? 'text-xs text-warn' : 'text-xs text-soft'}>{t(state)}</span>
}

function Acts({ transfer: { id, state, name }, transfers }: { transfer: Transfer; transfers: Transfers }) {
  const t = useTexts(filesTexts)
  if (state === 'exists') {
    return (
      <>
        <Button small kind="danger" onClick={() => transfers.overwrite(id)}>
          {t('overwrite')}
        </Button>
        <Button small onClick={() => transfers.cancel(id)}>
          {t('skip')}
        </Button>
      </>
    )
  }
  if (state === 'failed') {
    return (
      <Button small onClick={() => transfers.retry(id)}>
        {t('retry')}
      </Button>
    )
  }
  if (state !== 'moving' && state !== 'waiting') return null
  return (
    <Button small aria-label={t('cancelOf', { name })} onClick={() => transfers.cancel(id)}>
      {t('cancel')}
    </Button>
  )
}
