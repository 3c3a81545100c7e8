import { useTexts } from '../../i18n/language.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { endSession, whereIs } from './terminal-api.ts'
import { terminalTexts } from './terminal.texts.ts'
import type { TerminalTab } from './remembered-tabs.ts'

/** Why closing a terminal has to be asked about: what runs in it, or that its node cannot be asked. */
export type Doubt = { tab: TerminalTab; program: string } | { tab: TerminalTab; unreachable: string }

/** Ends the session behind a tab, unless there is a reason to ask first: then that. Null: it is over. */
export async function endUnlessBusy(serverId: number, tab: TerminalTab): Promise<Doubt | null> {
  const where = await whereIs(serverId, tab.session)
  if (where.ok && where.data.foreground !== null) return { tab, program: where.data.foreground }
  // A shell that has ended works nowhere (404), but its session may still be there.
  if (!where.ok && where.failure.status !== 404) return { tab, unreachable: where.failure.message }
  const ended = await endSession(serverId, tab.session)
  return ended.ok || ended.failure.status === 404 ? null : { tab, unreachable: ended.failure.message }
}

export function CloseDialog({
  serverId,
  doubt,
  onClosed,
  onCancel,
}: {
  serverId: number
  doubt: Doubt | null
  onClosed: (tab: TerminalTab) => void
  onCancel: () => void
}) {
  const t = useTexts(terminalTexts)
  const isBusy = doubt !== null && 'program' in doubt
  const what =
    doubt === null
      ? null
      : 'program' in doubt
        ? t('runsWhat', { name: doubt.tab.name, program: doubt.program })
        : t('unreachableWhat', { message: doubt.unreachable })
  return (
    <ConfirmDialog
      open={doubt !== null}
      title={isBusy ? t('runsTitle') : t('unreachableTitle')}
      what={what}
      action={isBusy ? t('endAndClose') : t('closeAnyway')}
      onClose={onCancel}
      onConfirm={async () => {
        if (!doubt) return null
        if (isBusy) {
          const ended = await endSession(serverId, doubt.tab.session)
          if (!ended.ok && ended.failure.status !== 404) return ended.failure.message
        }
        onClosed(doubt.tab)
        return null
      }}
    />
  )
}
