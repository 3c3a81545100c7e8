import { useBlocker } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'

/**
 * Asks before what is not saved is lost: by another page, by closing what it stands in, by leaving the dashboard. It is
 * kept as long as the path and the parts of the address named in `holds` stay the same.
 */
export function LeaveGuard({
  unsaved,
  holds = [],
  title,
  what,
  action,
}: {
  unsaved: boolean
  holds?: readonly string[]
  title: string
  what: ReactNode
  action: string
}) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      unsaved &&
      (current.pathname !== next.pathname ||
        holds.some((name) => partOf(current.search, name) !== partOf(next.search, name))),
    enableBeforeUnload: () => unsaved,
    withResolver: true,
  })
  return (
    <ConfirmDialog
      open={blocker.status === 'blocked'}
      title={title}
      what={what}
      action={action}
      onClose={() => blocker.reset?.()}
      onConfirm={async () => (blocker.proceed?.(), null)}
    />
  )
}

const partOf = (search: object, name: string): unknown => (search as Record<string, unknown>)[name]
