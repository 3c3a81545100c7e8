import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { CodeDiff } from '../../ui/code/code-diff.tsx'
import type { CodeLanguage } from '../../ui/code/code-language.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { filesTexts } from './files.texts.ts'

/** The file changed on the host while it was edited: both texts side by side, and what to do. */
export function ConflictDialog({
  path,
  mine,
  theirs,
  busy,
  language,
  onKeepMine,
  onTakeTheirs,
  onClose,
}: {
  path: string
  mine: string
  /** Null: there is no conflict. `etag` null: the file is gone. */
  theirs: { text: string; etag: string | null } | null
  busy: boolean
  language: CodeLanguage | null
  onKeepMine: () => void
  onTakeTheirs: () => void
  onClose: () => void
}) {
  const t = useTexts(filesTexts)
  const words = useTexts(uiTexts)
  const isGone = theirs?.etag === null
  return (
    <Dialog
      open={theirs !== null}
      onClose={onClose}
      wide
      title={t('conflictTitle')}
      description={isGone ? t('gone') : t('conflictWhat', { path })}
    >
      {theirs && !isGone && (
        <CodeDiff
          left={{ title: t('theirs'), text: theirs.text }}
          right={{ title: t('mine'), text: mine }}
          language={language}
          className="h-[45vh]"
        />
      )}
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{words('cancel')}</Button>
        {!isGone && <Button onClick={onTakeTheirs}>{t('takeTheirs')}</Button>}
        <Button kind={isGone ? 'primary' : 'danger'} busy={busy} onClick={onKeepMine}>
          {isGone ? t('save') : t('keepMine')}
        </Button>
      </div>
    </Dialog>
  )
}
