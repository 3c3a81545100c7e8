import type { ReactNode } from 'react'
import { failureOf } from '../../api/client.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatTime } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, ErrorState, Skeleton } from '../../ui/states.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { hostTexts } from './host.texts.ts'

/**
 * What a host answered. When it cannot be asked any more, the last answer stays and says since when it is old; `explain`
 * gives the title of states that are no errors, by their code (`DOCKER_UNAVAILABLE`).
 */
export function HostLoaded<Data>({
  query,
  explain = {},
  lines = 10,
  children,
}: {
  query: { data: Data | undefined; error: unknown; dataUpdatedAt: number; refetch: () => unknown }
  explain?: Readonly<Record<string, string>>
  lines?: number
  children: (data: Data) => ReactNode
}) {
  const t = useTexts(hostTexts)
  const words = useTexts(uiTexts)
  const { language } = useLanguage()
  const again = () => void query.refetch()
  if (query.data !== undefined) {
    const since = formatTime(new Date(query.dataUpdatedAt).toISOString(), language)
    return (
      <>
        {query.error !== null && (
          <div role="status" className="flex flex-wrap items-center gap-2 bg-warn-ground px-3 py-1.5 text-sm text-warn">
            <span className="min-w-0 flex-1 break-words">
              {t('notFresh', { since, reason: failureOf(query.error).message })}
            </span>
            <Button small onClick={again}>
              {words('retry')}
            </Button>
          </div>
        )}
        {children(query.data)}
      </>
    )
  }
  if (query.error === null) return <Skeleton lines={lines} />
  const { code, message } = failureOf(query.error)
  const isOffline = code === 'SERVER_OFFLINE'
  const title = explain[code] ?? (isOffline ? t('offline') : code === 'TIMEOUT' ? t('slow') : undefined)
  if (title === undefined) return <ErrorState error={query.error} onRetry={again} />
  return (
    <EmptyState title={title}>
      <p className="break-words">{message}</p>
      {isOffline && <p>{t('offlineHint')}</p>}
      <p className="pt-2">
        <Button onClick={again}>{words('retry')}</Button>
      </p>
    </EmptyState>
  )
}
