import type { ReactNode } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { IconButton } from '../../ui/button.tsx'
import { Menu } from '../../ui/menu.tsx'
import { hostTexts } from './host.texts.ts'

/** The actions of one row; clicking in it does not open the row. */
export function RowMenu({ name, children }: { name: string; children: ReactNode }) {
  const t = useTexts(hostTexts)
  return (
    <span onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
      <Menu trigger={<IconButton label={t('actionsOf', { name })}>⋯</IconButton>}>{children}</Menu>
    </span>
  )
}
