import type { ReactNode } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { useAddress } from '../../routes/address.ts'
import { Input } from '../../ui/field.tsx'
import { hostTexts } from './host.texts.ts'

/** What stands above a list of a host: a filter that is in the address as `q`, and `children` after it. */
export function FilterBar({ children }: { children?: ReactNode }) {
  const t = useTexts(hostTexts)
  const [search, change] = useAddress()
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2">
      <Input
        type="search"
        aria-label={t('filter')}
        placeholder={t('filter')}
        value={search['q'] ?? ''}
        onChange={(event) => change({ q: event.target.value })}
        className="max-w-64 min-w-40 flex-1"
      />
      {children}
    </div>
  )
}
