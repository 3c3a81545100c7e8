import type { FileEntry } from '../../../contract/operations/files.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { filesTexts } from './files.texts.ts'

/** What can be done with all entries that are chosen. Folders are not downloaded. */
export function ChosenBar({
  entries,
  writable,
  onDownload,
  onRemove,
  onClear,
}: {
  entries: readonly FileEntry[]
  writable: boolean
  onDownload: (files: readonly FileEntry[]) => void
  onRemove: () => void
  onClear: () => void
}) {
  const t = useTexts(filesTexts)
  const files = entries.filter(({ type }) => type !== 'directory')
  return (
    <div
      role="toolbar"
      aria-label={t('chosen', { count: entries.length })}
      className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-chosen px-3 py-1.5 text-sm"
    >
      <span className="mr-auto">{t('chosen', { count: entries.length })}</span>
      {files.length > 0 && (
        <Button small onClick={() => onDownload(files)}>
          {t('download')}
        </Button>
      )}
      {writable && (
        <Button small kind="danger" onClick={onRemove}>
          {t('remove')}
        </Button>
      )}
      <Button small onClick={onClear}>
        {t('clearChoice')}
      </Button>
    </div>
  )
}
