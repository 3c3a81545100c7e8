import { Suspense } from 'react'
import { NoSuchPage } from '../../shell/no-page.tsx'
import { Skeleton } from '../../ui/states.tsx'
import { useSections } from './use-sections.ts'

/** The section of the settings that is in the address. */
export function SettingsPage() {
  const section = useSections()?.section
  if (!section) return <NoSuchPage />
  const Page = section.page
  return (
    <Suspense fallback={<Skeleton lines={8} />}>
      <Page />
    </Suspense>
  )
}
