import { Link } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { useTree } from '../live/use-live.ts'
import { usePlace } from '../routes/address.ts'
import { EmptyState, Skeleton } from '../ui/states.tsx'
import { NoSuchPage } from './no-page.tsx'
import { shellTexts } from './shell.texts.ts'
import { useScope } from './use-scope.ts'

/** The page of the tab in the address, for the scope in the address. */
export function ScopePage() {
  const t = useTexts(shellTexts)
  const { agentId } = usePlace()
  const { loaded } = useTree()
  const { node, tab } = useScope()

  if (agentId !== null && !node) {
    if (!loaded) return <Skeleton lines={8} />
    return (
      <EmptyState title={t('nodeGone')}>
        <p>{t('nodeGoneHint', { id: agentId })}</p>
        <Link to="/overview" className="text-accent underline">
          {t('toOverview')}
        </Link>
      </EmptyState>
    )
  }
  if (!tab) return <NoSuchPage />
  const Page = tab.page
  return (
    <Suspense fallback={<Skeleton lines={8} />}>
      <Page key={agentId} agentId={agentId} />
    </Suspense>
  )
}
