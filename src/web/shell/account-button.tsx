import type { ComponentProps } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { useSession } from '../live/use-live.ts'
import { shellTexts } from './shell.texts.ts'

export function AccountButton(props: ComponentProps<'button'>) {
  const t = useTexts(shellTexts)
  const user = useSession()?.user
  return (
    <button
      type="button"
      aria-haspopup="menu"
      {...props}
      aria-label={`${t('account')} ${user?.username ?? ''}`}
      className="flex h-8 max-w-40 items-center gap-1 rounded-md px-2 text-sm hover:bg-hover"
    >
      <span className="truncate">{user?.username}</span>
      <span aria-hidden className="text-xs text-soft">
        ▾
      </span>
    </button>
  )
}
