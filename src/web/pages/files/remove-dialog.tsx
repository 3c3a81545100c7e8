import { useQuery } from '@tanstack/react-query'
import type { FileEntry } from '../../../contract/operations/files.ts'
import { useTexts } from '../../i18n/language.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { toast } from '../../ui/toast.tsx'
import { countIn, deleteEntry } from './files-api.ts'
import { filesTexts } from './files.texts.ts'

const named = 12

/** Asks before entries of a folder are deleted, naming them; ends at the first that the host does not delete, and says why. */
export function RemoveDialog({
  serverId,
  hostName,
  entries,
  onClose,
  onRemoved,
}: {
  serverId: number
  hostName: string
  entries: readonly FileEntry[]
  onClose: () => void
  onRemoved: () => void
}) {
  const t = useTexts(filesTexts)
  const [first] = entries
  const only = entries.length === 1 ? first : undefined
  const count = useQuery({
    queryKey: ['count in', serverId, only?.path],
    enabled: only?.type === 'directory',
    queryFn: () => countIn(serverId, only?.path ?? ''),
    gcTime: 0,
  })

  async function remove(): Promise<string | null> {
    let deleted = 0
    try {
      for (const { path, type } of entries) {
        const outcome = await deleteEntry(serverId, path, type === 'directory')
        if (!outcome.ok) return `${path}: ${outcome.failure.message}`
        deleted += outcome.data.deleted
      }
    } finally {
      onRemoved()
    }
    toast('done', only ? t('removed', { path: only.path, count: deleted }) : t('removedMany', { count: deleted }))
    return null
  }

  return (
    <ConfirmDialog
      open
      title={only ? t('removeTitle', { name: only.name }) : t('removeManyTitle', { count: entries.length })}
      what={
        only ? (
          t(only.type === 'directory' ? 'removeFolder' : 'removeFile', {
            host: hostName,
            path: only.path,
            count: count.data ?? '–',
          })
        ) : (
          <>
            <p>{t('removeMany', { host: hostName })}</p>
            <ul className="max-h-48 list-disc overflow-y-auto pl-5">
              {entries.slice(0, named).map(({ path }) => (
                <li key={path} className="break-all">
                  {path}
                </li>
              ))}
            </ul>
            {entries.length > named && <p>{t('andMore', { count: entries.length - named })}</p>}
          </>
        )
      }
      action={t('remove')}
      onClose={onClose}
      onConfirm={remove}
    />
  )
}
