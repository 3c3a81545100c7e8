import { Dialog as Radix } from 'radix-ui'
import { type ReactNode, useRef } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { IconButton } from './button.tsx'
import { classes } from './class-names.ts'
import { uiTexts } from './ui.texts.ts'

/**
 * A dialog over the page: focus stays in it and goes back where it came from, Escape closes it. The shade is not Radix's
 * own, which would lock scrolling with a style made on the spot; the page itself never scrolls.
 */
export function Dialog({
  open,
  onClose,
  title,
  description,
  wide = false,
  children,
}: {
  open: boolean
  onClose: () => void
  title: string
  description?: ReactNode
  wide?: boolean
  children: ReactNode
}) {
  const t = useTexts(uiTexts)
  // Read while drawing: a field with `autoFocus` has the focus before any effect could see who had it.
  const opener = useRef<Element | null>(null)
  const wasOpen = useRef(false)
  if (open && !wasOpen.current) opener.current = document.activeElement
  wasOpen.current = open
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={(event) => {
            if (!(opener.current instanceof HTMLElement) || !opener.current.isConnected) return
            event.preventDefault()
            opener.current.focus()
          }}
          className={classes(
            'fixed top-[10vh] left-1/2 z-50 flex max-h-[80vh] w-[calc(100vw-2rem)] -translate-x-1/2 flex-col rounded-lg border border-line bg-raised shadow-xl',
            wide ? 'max-w-3xl' : 'max-w-md',
          )}
        >
          <div className="flex items-center gap-2 border-b border-line py-2 pr-2 pl-4">
            <Radix.Title className="min-w-0 flex-1 truncate font-semibold">{title}</Radix.Title>
            <IconButton label={t('close')} onClick={onClose}>
              ✕
            </IconButton>
          </div>
          <div className="flex flex-col gap-3 overflow-y-auto p-4">
            {description !== undefined && <div className="text-sm text-soft">{description}</div>}
            {children}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
