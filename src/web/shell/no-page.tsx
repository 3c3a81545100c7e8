import { type ErrorComponentProps, Link } from '@tanstack/react-router'
import { useTexts } from '../i18n/language.tsx'
import { Button } from '../ui/button.tsx'
import { EmptyState } from '../ui/states.tsx'
import { shellTexts } from './shell.texts.ts'

export function NoSuchPage() {
  const t = useTexts(shellTexts)
  return (
    <EmptyState title={t('notFound')}>
      <p>{t('notFoundHint')}</p>
      <Link to="/overview" className="text-accent underline">
        {t('toOverview')}
      </Link>
    </EmptyState>
  )
}

/** A page that failed while drawing, or whose file is gone because the monitor was upgraded meanwhile. */
export function BrokenPage({ error }: ErrorComponentProps) {
  const t = useTexts(shellTexts)
  return (
    <EmptyState title={t('broken')}>
      <p className="mb-2 break-words">{error instanceof Error ? error.message : String(error)}</p>
      <Button onClick={() => location.reload()}>{t('reload')}</Button>
    </EmptyState>
  )
}
