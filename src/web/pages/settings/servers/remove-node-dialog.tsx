import { client } from '../../../app-state.ts'
import { useTexts } from '../../../i18n/language.tsx'
import { useNodes } from '../../../live/use-live.ts'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { toast } from '../../../ui/toast.tsx'
import { serversTexts } from './servers.texts.ts'
import { subtreeOf } from './subtree-of.ts'

const namedNodes = 12

/** Takes a node out of the tree, naming everything that goes with it; a whole subtree wants its id typed. */
export function RemoveNodeDialog({
  agentId,
  name,
  onClose,
  onRemoved,
}: {
  agentId: string
  name: string
  onClose: () => void
  onRemoved: () => void
}) {
  const t = useTexts(serversTexts)
  const { nodes } = useNodes()
  const below = subtreeOf(nodes.values(), agentId)

  async function remove(): Promise<string | null> {
    const outcome = await client.call('DELETE', `/api/v1/cluster/nodes/${encodeURIComponent(agentId)}`)
    if (!outcome.ok) return outcome.failure.message
    toast('done', t('removed', { name }))
    onRemoved()
    return null
  }

  return (
    <ConfirmDialog
      open
      title={t('remove')}
      action={t('remove')}
      {...(below.length > 0 ? { word: agentId } : {})}
      what={
        <div className="flex flex-col gap-2 break-words">
          {below.length > 0 && (
            <>
              <p className="font-medium">{t('removeMany', { name, count: below.length })}</p>
              <ul className="max-h-40 list-disc overflow-y-auto pl-5">
                {below.slice(0, namedNodes).map((node) => (
                  <li key={node.agent_id}>{node.name}</li>
                ))}
              </ul>
              {below.length > namedNodes && <p>{t('andMore', { count: below.length - namedNodes })}</p>}
            </>
          )}
          <p>{t('removeOne', { name })}</p>
        </div>
      }
      onConfirm={remove}
      onClose={onClose}
    />
  )
}
