import { lazy, Suspense, useState } from 'react'
import { AccountButton } from './account-button.tsx'

const AccountMenu = lazy(async () => ({ default: (await import('./account-menu.tsx')).AccountMenu }))

/** The account. What is behind its button is loaded when it is first pressed: the first page does not wait for it. */
export function UserMenu() {
  const [wanted, setWanted] = useState(false)
  if (!wanted) return <AccountButton onClick={() => setWanted(true)} />
  return (
    <Suspense fallback={<AccountButton />}>
      <AccountMenu />
    </Suspense>
  )
}
