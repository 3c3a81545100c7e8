import type { ReactNode } from 'react'
import { failureOf } from '../api/client.ts'
import { useTexts } from '../i18n/language.tsx'
import { Button } from './button.tsx'
import { classes } from './class-names.ts'
import { uiTexts } from './ui.texts.ts'

/** Nothing is here yet: says why, and what to do next. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-7 text-center">
      <h3 className="font-medium">{title}</h3>
      {children !== undefined && <div className="max-w-prose text-sm text-soft">{children}</div>}
    </div>
  )
}

/** What could not be loaded, in the words of the server, and a way to try again. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTexts(uiTexts)
  const { message, retryAfterS } = failureOf(error)
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-4 py-8 text-center">
      <h3 className="font-medium">{t('failed')}</h3>
      <p className="max-w-prose text-sm break-words text-soft">{message}</p>
      {retryAfterS !== null && <p className="text-xs text-soft">{t('retryAfter', { seconds: retryAfterS })}</p>}
      {onRetry && <Button onClick={onRetry}>{t('retry')}</Button>}
    </div>
  )
}

/** The place of something that is on its way; `lines` as high as what comes, so that nothing jumps. */
export function Skeleton({ lines = 3, className }: { lines?: number; className?: string }) {
  const t = useTexts(uiTexts)
  return (
    <div className={classes('flex flex-col gap-2 p-3', className)} role="status">
      <span className="sr-only">{t('loading')}</span>
      {Array.from({ length: lines }, (_, line) => (
        <div key={line} className="h-4 animate-pulse rounded bg-hover" />
      ))}
    </div>
  )
}

/** A query as one of its three states, and its data. What is known stays while it is read again. */
export function Loaded<Data>({
  query,
  lines,
  children,
}: {
  query: { data: Data | undefined; error: unknown; refetch: () => unknown }
  lines?: number
  children: (data: Data) => ReactNode
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>
  if (query.error) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  return <Skeleton {...(lines === undefined ? {} : { lines })} />
}
