import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { failureOf } from '../../api/client.ts'
import { useTexts } from '../../i18n/language.tsx'
import { formatBytes } from '../../lib/format.ts'
import { LeaveGuard } from '../../routes/leave-guard.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { CodeEditor } from '../../ui/code/code-editor.tsx'
import { languageOf } from '../../ui/code/code-language.ts'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { ConflictDialog } from './conflict-dialog.tsx'
import { type Content, readContent, saveContent } from './files-api.ts'
import { filesTexts } from './files.texts.ts'

/** One file of a host: read, changed, and saved only over the state that was read. */
export function FileEditor(props: {
  serverId: number
  path: string
  writable: boolean
  onDownload: () => void
  onClose: () => void
}) {
  const { serverId, path } = props
  const t = useTexts(filesTexts)
  const query = useQuery({
    queryKey: ['file-content', serverId, path],
    queryFn: ({ signal }) => readContent(serverId, path, signal),
    // What one types in must not be read anew below one's hands.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Loaded query={query} lines={10}>
        {(content) =>
          content.encoding === 'base64' ? (
            <EmptyState title={path}>
              <p className="mb-3">{t('binary', { size: formatBytes(content.size) })}</p>
              <Button onClick={props.onDownload}>{t('download')}</Button>
            </EmptyState>
          ) : (
            <TextEditor key={path} {...props} first={content} />
          )
        }
      </Loaded>
    </div>
  )
}

function TextEditor({
  serverId,
  path,
  writable,
  first,
  onDownload,
  onClose,
}: {
  serverId: number
  path: string
  writable: boolean
  first: Content
  onDownload: () => void
  onClose: () => void
}) {
  const t = useTexts(filesTexts)
  const [base, setBase] = useState({ text: first.content, etag: first.etag, size: first.size })
  /** What the editor was given; what is typed while a save is under way stays. */
  const [given, setGiven] = useState(first.content)
  const [text, setText] = useState(first.content)
  /** As `text`, at once: Ctrl-S may come before what was typed is drawn. */
  const typed = useRef(first.content)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [theirs, setTheirs] = useState<{ text: string; etag: string | null; size: number } | null>(null)
  const isChanged = text !== base.text
  const language = languageOf(path)

  /** `etag` null: whatever is there, or nothing. */
  async function save(etag: string | null) {
    if (busy || !writable) return
    setBusy(true)
    setError(null)
    const content = typed.current
    // A link was followed when reading; nothing is written through one.
    const outcome = await saveContent(serverId, { path: first.path, content, ...(etag === null ? {} : { etag }) })
    if (outcome.ok) {
      setBase({ text: content, etag: outcome.data.etag, size: outcome.data.size })
      setTheirs(null)
      toast('done', t('saved', { path: outcome.data.path, size: formatBytes(outcome.data.size) }))
    } else if (outcome.failure.status === 409) await compare()
    else setError(outcome.failure.message)
    setBusy(false)
  }
  async function compare() {
    try {
      const now = await readContent(serverId, path)
      setTheirs({
        text: now.encoding === 'utf8' ? now.content : t('binary', { size: formatBytes(now.size) }),
        etag: now.etag,
        size: now.size,
      })
    } catch (failed) {
      const failure = failureOf(failed)
      if (failure.status === 404) setTheirs({ text: '', etag: null, size: 0 })
      else setError(failure.message)
    }
  }
  function take() {
    if (theirs?.etag) {
      setBase({ text: theirs.text, etag: theirs.etag, size: theirs.size })
      setText(theirs.text)
      typed.current = theirs.text
      setGiven(theirs.text)
    }
    setTheirs(null)
  }

  return (
    <>
      <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-1">
        <span className="min-w-0 flex-1 basis-40 truncate font-mono text-xs" title={path}>
          <bdi>{path}</bdi>
        </span>
        <span className="text-xs text-soft">{formatBytes(base.size)}</span>
        {!writable && <Badge>{t('readOnly')}</Badge>}
        {isChanged && <Badge tone="warn">{t('unsaved')}</Badge>}
        <Button small onClick={onDownload}>
          {t('download')}
        </Button>
        {writable && (
          <Button small kind="primary" busy={busy} disabled={!isChanged} onClick={() => void save(base.etag)}>
            {t('save')}
          </Button>
        )}
        <Button small onClick={onClose}>
          {t('close')}
        </Button>
      </div>
      {error !== null && (
        <p role="alert" className="shrink-0 bg-bad-ground px-3 py-2 text-sm break-words text-bad">
          {error}
        </p>
      )}
      <CodeEditor
        text={given}
        language={language}
        label={path}
        readOnly={!writable}
        onChange={(next) => {
          typed.current = next
          setText(next)
        }}
        onSave={() => typed.current !== base.text && void save(base.etag)}
        className="flex-1"
      />
      <ConflictDialog
        path={path}
        mine={text}
        theirs={theirs}
        busy={busy}
        language={language}
        onKeepMine={() => void save(theirs?.etag ?? null)}
        onTakeTheirs={take}
        onClose={() => setTheirs(null)}
      />
      <LeaveGuard
        unsaved={isChanged}
        holds={['open']}
        title={t('leaveTitle')}
        what={t('leaveWhat', { path })}
        action={t('leave')}
      />
    </>
  )
}
