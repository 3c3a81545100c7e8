import type { ReactNode } from 'react'
import { failureOf } from '../api/client.ts'
import { useTexts } from '../i18n/language.tsx'
import type { useEndless } from '../live/use-endless.ts'
import { Button } from './button.tsx'
import { endlessTexts } from './endless.texts.ts'
import { Loaded } from './states.tsx'

/**
 * The frame of a list without an end: its filters, what is new and waits, how much is shown, `end` after these, why older
 * rows could not be read, and the rows.
 */
export function EndlessList<Row>({
  list,
  filters,
  end,
  children,
}: {
  list: ReturnType<typeof useEndless<Row>>
  filters: ReactNode
  end?: ReactNode
  children: (rows: readonly Row[]) => ReactNode
}) {
  const t = useTexts(endlessTexts)
  return (
    <>
      <div className="flex flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2">
        {filters}
        {list.newCount > 0 && (
          <Button small kind="primary" onClick={list.showNew}>
            {t('newRows', { count: list.newCount })}
          </Button>
        )}
        <span className="ml-auto text-xs text-soft" role="status">
          {list.isReading ? t('more') : t('shown', { shown: list.rows.length, total: list.total })}
        </span>
        {end}
      </div>
      {list.olderError !== null && (
        <p role="alert" className="px-3 py-1 text-xs text-bad">
          {t('olderFailed', { reason: failureOf(list.olderError).message })}
        </p>
      )}
      <Loaded query={list.loaded} lines={10}>
        {children}
      </Loaded>
    </>
  )
}
