import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { IconButton } from './button.tsx'
import { uiTexts } from './ui.texts.ts'

/**
 * A sheet over the right of the page (over all of it on a phone) for one thing of a list: focus stays in it, Escape closes
 * it. `side` stands at the end of its heading; its content fills the height and scrolls by itself.
 */
export function Drawer({
  title,
  side,
  onClose,
  children,
}: {
  title: string
  side?: ReactNode
  onClose: () => void
  children: ReactNode
}) {
  const t = useTexts(uiTexts)
  return (
    <Radix.Root open onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className="fixed inset-0 z-30 bg-black/45" />
        <Radix.Content
          aria-describedby={undefined}
          tabIndex={-1}
          // Not on the first button: what it does may be hard to undo.
          onOpenAutoFocus={(event) => {
            event.preventDefault()
            if (event.target instanceof HTMLElement) event.target.focus()
          }}
          className="fixed inset-y-0 right-0 z-40 flex w-full max-w-4xl flex-col border-l border-line bg-panel shadow-xl outline-none"
        >
          <div className="flex min-h-12 flex-wrap items-center gap-2 border-b border-line py-1.5 pr-2 pl-4">
            <Radix.Title className="min-w-0 flex-1 truncate font-semibold" title={title}>
              {title}
            </Radix.Title>
            {side}
            <IconButton label={t('close')} onClick={onClose}>
              ✕
            </IconButton>
          </div>
          <div className="flex min-h-0 flex-1 flex-col">{children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
