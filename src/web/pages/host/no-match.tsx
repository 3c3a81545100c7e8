import { useTexts } from '../../i18n/language.tsx'
import { useAddress } from '../../routes/address.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { hostTexts } from './host.texts.ts'

/** An empty list of a host: `nothing` when there is nothing at all, else that the filter fits nothing. */
export function NoMatch({ nothing }: { nothing: string }) {
  const t = useTexts(hostTexts)
  const [search, change] = useAddress()
  if (!search['q']) return <EmptyState title={nothing} />
  return (
    <EmptyState title={t('noMatch')}>
      <Button onClick={() => change({ q: null })}>{t('clear')}</Button>
    </EmptyState>
  )
}
