import { useState } from 'react'
import type { Container, ContainerActionAnswer } from '../../../contract/operations/docker.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useNode } from '../../live/use-live.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import { readAgain, useServerPath } from '../host/use-host-query.ts'
import { type ContainerVerb, stateText } from './container-view.ts'
import { dockerTexts } from './docker.texts.ts'

/** Acts on a container; resolves to the text of an error, or to null when it was done. */
export function useContainerAct(agentId: string) {
  const t = useTexts(dockerTexts)
  const server = useServerPath(agentId)
  return async function act(
    verb: ContainerVerb,
    { id, name }: Container,
    how: { force?: boolean; volumes?: boolean } = {},
  ): Promise<string | null> {
    const path = `${server}/docker/containers/${encodeURIComponent(id)}`
    const outcome = await (verb === 'delete'
      ? client.call<typeof ContainerActionAnswer>('DELETE', path, { query: how })
      : client.call<typeof ContainerActionAnswer>('POST', `${path}/${verb}`))
    void readAgain(agentId, 'docker')
    if (!outcome.ok) return outcome.failure.message
    const { state } = outcome.data
    toast('done', verb === 'delete' ? t('removed', { name }) : t('done', { name, state: stateText(t, state) }))
    return null
  }
}

/** Asks before a container is stopped, restarted or deleted, naming it and its host. */
export function ContainerDialog(props: {
  agentId: string
  container: Container
  verb: 'stop' | 'restart' | 'delete'
  onClose: () => void
}) {
  const { agentId, container, verb, onClose } = props
  const { name, image } = container
  const t = useTexts(dockerTexts)
  const act = useContainerAct(agentId)
  const host = useNode(agentId)?.name ?? agentId
  const [volumes, setVolumes] = useState(false)
  const [force, setForce] = useState(false)
  const isDelete = verb === 'delete'
  const what = { stop: 'confirmStop', restart: 'confirmRestart', delete: 'confirmDelete' } as const
  return (
    <ConfirmDialog
      open
      title={t('confirmTitle', { verb: t(verb), name })}
      what={
        <>
          <p className="break-words">{t(what[verb], { host, name, image })}</p>
          {isDelete && (
            <div className="flex flex-col gap-1 pt-3">
              {container.state === 'running' && <Choice label={t('force')} on={force} onChange={setForce} />}
              <Choice label={t('volumes')} on={volumes} onChange={setVolumes} />
            </div>
          )}
        </>
      }
      action={t(verb)}
      onConfirm={() => act(verb, container, isDelete ? { force, volumes } : {})}
      onClose={onClose}
    />
  )
}

function Choice({ label, on, onChange }: { label: string; on: boolean; onChange: (on: boolean) => void }) {
  return (
    <label className="flex items-center gap-2 text-sm">
      <input type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} className="size-4" />
      {label}
    </label>
  )
}
