import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { TerminalSession } from '../../../contract/operations/terminal.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Age } from '../../ui/age.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { endSession, listSessions } from './terminal-api.ts'
import { terminalTexts } from './terminal.texts.ts'

export const sessionsKey = (serverId: number) => ['terminal-sessions', serverId] as const

/** One's own terminals on a host that are not open in this page: to attach to, or to end. */
export function OtherSessions({
  serverId,
  hostName,
  openHere,
  onAttach,
}: {
  serverId: number
  hostName: string
  openHere: readonly string[]
  onAttach: (session: TerminalSession) => void
}) {
  const t = useTexts(terminalTexts)
  const queryClient = useQueryClient()
  const query = useQuery({
    queryKey: sessionsKey(serverId),
    queryFn: ({ signal }) => listSessions(serverId, signal),
    staleTime: 0,
  })
  const [ending, setEnding] = useState<TerminalSession | null>(null)
  return (
    <>
      <Loaded query={query} lines={3}>
        {({ sessions }) => {
          const others = sessions.filter(({ session_id }) => !openHere.includes(session_id))
          if (others.length === 0) return <EmptyState title={t('none')}>{t('noneHint')}</EmptyState>
          return (
            <ul className="divide-y divide-line rounded-md border border-line">
              {others.map((session) => (
                <li key={session.session_id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-2 text-sm">
                  <span className="min-w-0 flex-1 basis-48">
                    <span className="block truncate font-mono">
                      {session.username} · {session.shell}
                    </span>
                    <span className="block truncate text-xs text-soft">
                      {t('started')} <Age at={session.created_at} /> · {t('lastUsed')}{' '}
                      <Age at={session.last_activity_at} />
                    </span>
                  </span>
                  {session.attached && <Badge tone="warn">{t('attachedElsewhere')}</Badge>}
                  {session.state === 'exited' && <Badge>{t('exited')}</Badge>}
                  <Button small onClick={() => onAttach(session)}>
                    {t('attach')}
                  </Button>
                  <Button small kind="danger" onClick={() => setEnding(session)}>
                    {t('end')}
                  </Button>
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
      <ConfirmDialog
        open={ending !== null}
        title={t('endTitle')}
        what={ending && t('endWhat', { host: hostName, shell: ending.shell, user: ending.username })}
        action={t('end')}
        onClose={() => setEnding(null)}
        onConfirm={async () => {
          if (!ending) return null
          const outcome = await endSession(serverId, ending.session_id)
          await queryClient.invalidateQueries({ queryKey: sessionsKey(serverId) })
          if (!outcome.ok && outcome.failure.status !== 404) return outcome.failure.message
          toast('done', t('endedDone'))
          return null
        }}
      />
    </>
  )
}
