import type { ReactNode } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { AddressSearch } from '../../routes/address-search.tsx'
import { hostTexts } from './host.texts.ts'

/** What stands above a list of a host: a filter that is in the address as `q`, and `children` after it. */
export function FilterBar({ children }: { children?: ReactNode }) {
  const t = useTexts(hostTexts)
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2">
      <AddressSearch label={t('filter')} />
      {children}
    </div>
  )
}
