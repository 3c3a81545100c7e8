import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import type { TerminalSession } from '../../../contract/operations/terminal.ts'
import { type Failure, failureOf } from '../../api/client.ts'
import { useTexts } from '../../i18n/language.tsx'
import { remembered } from '../../lib/remembered.ts'
import { useNode, useSession } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState, Skeleton } from '../../ui/states.tsx'
import { CloseDialog, type Doubt, endUnlessBusy } from './close-terminal.tsx'
import { OtherSessions, sessionsKey } from './other-sessions.tsx'
import type { TerminalTab } from './remembered-tabs.ts'
import { RenameDialog } from './rename-dialog.tsx'
import { TabStrip } from './tab-strip.tsx'
import { createSession, listSessions } from './terminal-api.ts'
import { TerminalPane } from './terminal-pane.tsx'
import { terminalTexts } from './terminal.texts.ts'
import { useTerminals } from './use-terminals.ts'

const fontSizes = ['10', '11', '12', '13', '14', '15', '16', '18', '20', '22', '24'] as const
const usualFontSize = fontSizes.indexOf('13')
const keptFontSize = remembered('cortex.terminal.font', fontSizes)

/** Shells on one host: one click opens the first, a reload finds all of them again. */
export function TerminalPage({ agentId }: PageProps) {
  const node = useNode(agentId ?? '')
  const user = useSession()?.user.username
  if (!node || user === undefined) return <Skeleton lines={8} />
  return <Terminals agentId={node.agent_id} serverId={node.server_id} hostName={node.name} user={user} />
}

function Terminals(props: { agentId: string; serverId: number; hostName: string; user: string }) {
  const { agentId, serverId, hostName, user } = props
  const t = useTexts(terminalTexts)
  const queryClient = useQueryClient()
  const [search, change] = useAddress()
  const { tabs, chosen, isNew, ...terminals } = useTerminals(user, agentId)
  const [titles, setTitles] = useState<Readonly<Record<string, string>>>({})
  /** Sessions whose shell has ended. */
  const [over] = useState(() => new Set<string>())
  const [opening, setOpening] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const [doubt, setDoubt] = useState<Doubt | null>(null)
  const [renaming, setRenaming] = useState<TerminalTab | null>(null)
  const [listing, setListing] = useState(false)
  const [fontAt, setFontAt] = useState(() => {
    const kept = keptFontSize.read()
    return kept === null ? usualFontSize : fontSizes.indexOf(kept)
  })
  const sessions = useQuery({
    queryKey: sessionsKey(serverId),
    queryFn: ({ signal }) => listSessions(serverId, signal),
    staleTime: 0,
  })
  const openHere = tabs.map(({ session }) => session)
  const others = sessions.data?.sessions.filter(({ session_id }) => !openHere.includes(session_id)) ?? []

  async function create(workingDir?: string) {
    setOpening(true)
    setFailure(null)
    const outcome = await createSession(serverId, workingDir)
    setOpening(false)
    if (outcome.ok) terminals.add(outcome.data.session_id, outcome.data.shell, true)
    else setFailure(outcome.failure)
  }
  async function close(tab: TerminalTab) {
    const asked = over.has(tab.session) ? null : await endUnlessBusy(serverId, tab)
    if (asked) setDoubt(asked)
    else closed(tab)
  }
  function closed(tab: TerminalTab) {
    terminals.remove(tab.session)
    void queryClient.invalidateQueries({ queryKey: sessionsKey(serverId) })
  }
  function attach({ session_id, shell }: TerminalSession) {
    setListing(false)
    terminals.add(session_id, shell, false)
  }
  const setFont = (step: 1 | -1) => {
    const next = Math.min(fontSizes.length - 1, Math.max(0, fontAt + step))
    setFontAt(next)
    const size = fontSizes[next]
    if (size) keptFontSize.write(size)
  }

  // The first visit opens a shell by itself, unless there are some to come back to; a link may name the folder.
  const dir = search['dir']
  const started = useRef(false)
  const isKnown = sessions.data !== undefined
  useEffect(() => {
    if (started.current || (dir === undefined && (tabs.length > 0 || !isKnown))) return
    started.current = true
    if (dir !== undefined) {
      change({ dir: null })
      void create(dir)
    } else if (others.length === 0) void create()
  })

  const refusal = failure ?? (tabs.length === 0 && sessions.error ? failureOf(sessions.error) : null)
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <TabStrip
        tabs={tabs}
        chosen={chosen}
        titles={titles}
        opening={opening}
        onChoose={terminals.choose}
        onClose={(tab) => void close(tab)}
        onRename={setRenaming}
        onNew={() => void create()}
      >
        {tabs.length > 0 && others.length > 0 && (
          <Button small kind="quiet" onClick={() => setListing(true)}>
            {t('otherSessions', { count: others.length })}
          </Button>
        )}
      </TabStrip>
      {refusal && (
        <div role="alert" className="flex flex-wrap items-center gap-2 bg-bad-ground px-3 py-2 text-sm text-bad">
          <span className="min-w-0 flex-1 basis-64 break-words">{t('refused', { message: refusal.message })}</span>
          <Button onClick={() => void create()}>{t('newTerminal')}</Button>
        </div>
      )}
      {tabs.map((tab) => (
        <TerminalPane
          key={tab.session}
          serverId={serverId}
          session={tab.session}
          name={tab.name}
          isNew={isNew(tab.session)}
          visible={tab.session === chosen}
          fontSize={Number(fontSizes[fontAt])}
          onFontSize={setFont}
          onTitle={(title) => setTitles((before) => ({ ...before, [tab.session]: title.slice(0, 200) }))}
          onStep={terminals.step}
          onOver={() => over.add(tab.session)}
          onNew={() => void create()}
          onClose={() => void close(tab)}
        />
      ))}
      {tabs.length === 0 && !refusal && (
        <div className="mx-auto w-full max-w-2xl p-4">
          {opening || !isKnown ? (
            <EmptyState title={t('opening')} />
          ) : others.length > 0 ? (
            <div className="flex flex-col gap-3">
              <h2 className="font-semibold">{t('yours')}</h2>
              <p className="text-sm text-soft">{t('yoursHint')}</p>
              <OtherSessions serverId={serverId} hostName={hostName} openHere={openHere} onAttach={attach} />
              <div>
                <Button kind="primary" onClick={() => void create()}>
                  {t('newTerminal')}
                </Button>
              </div>
            </div>
          ) : (
            <EmptyState title={t('none')}>
              <p className="mb-3">{t('noneHint')}</p>
              <Button kind="primary" onClick={() => void create()}>
                {t('newTerminal')}
              </Button>
            </EmptyState>
          )}
        </div>
      )}
      <Dialog open={listing} onClose={() => setListing(false)} title={t('yours')} description={t('yoursHint')} wide>
        <OtherSessions serverId={serverId} hostName={hostName} openHere={openHere} onAttach={attach} />
      </Dialog>
      <CloseDialog serverId={serverId} doubt={doubt} onClosed={closed} onCancel={() => setDoubt(null)} />
      <RenameDialog tab={renaming} onRename={terminals.rename} onClose={() => setRenaming(null)} />
    </div>
  )
}
