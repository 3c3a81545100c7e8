import { useEffect, useMemo, useState } from 'react'
import type { Outcome } from '../../api/client.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { CodeEditor } from '../../ui/code/code-editor.tsx'
import { toast } from '../../ui/toast.tsx'
import { type Refusal, refusalOf } from './nginx-refusal.ts'
import { nginxTexts } from './nginx.texts.ts'

/**
 * A configuration of nginx in an editor. What nginx refuses is shown in its words, at its line, and changes nothing; a file
 * that somebody else changed meanwhile is never overwritten unasked.
 */
export function ConfigEditor({
  path,
  read,
  save,
  onSaved,
  onDirty,
}: {
  path: string
  /** As it was read last. */
  read: { config: string; etag: string }
  /** Without an etag: whatever is there now. */
  save: (config: string, etag: string | undefined) => Promise<Outcome<unknown>>
  /** Reads it again. */
  onSaved: () => void
  onDirty: (dirty: boolean) => void
}) {
  const t = useTexts(nginxTexts)
  const [base, setBase] = useState(read)
  const [text, setText] = useState(read.config)
  const [busy, setBusy] = useState(false)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [conflict, setConflict] = useState<string | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [round, setRound] = useState(0)
  const dirty = text !== base.config
  const problem = useMemo(
    () => (refusal && refusal.line !== null ? { line: refusal.line, message: refusal.message } : null),
    [refusal],
  )

  useEffect(() => onDirty(dirty), [dirty, onDirty])
  // What is read anew replaces the text only while nothing was typed.
  useEffect(() => {
    if (read.etag === base.etag || dirty) return
    setBase(read)
    setText(read.config)
  }, [read, base.etag, dirty])

  async function run(etag: string | undefined): Promise<void> {
    if (busy) return
    setBusy(true)
    setRefusal(null)
    setConflict(null)
    setError(null)
    const outcome = await save(text, etag)
    setBusy(false)
    if (outcome.ok) {
      setBase({ config: text, etag: base.etag })
      toast('done', t('saved', { path }))
      return onSaved()
    }
    const refused = refusalOf(outcome.failure, path)
    if (refused) setRefusal(refused)
    else if (outcome.failure.status === 409 && 'etag' in outcome.failure.details) setConflict(outcome.failure.message)
    else setError(outcome.failure.message)
  }
  function loadTheirs(): void {
    setConflict(null)
    setText(base.config)
    setRound(round + 1)
    onSaved()
  }

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-2 text-sm">
        <span className="min-w-0 truncate font-mono text-xs" title={path}>
          {path}
        </span>
        <span className="text-xs text-soft">{dirty ? t('unsaved') : ''}</span>
        <Button
          kind="primary"
          className="ml-auto"
          busy={busy}
          disabled={!dirty}
          title={t('saveHint')}
          onClick={() => void run(base.etag)}
        >
          {t('save')}
        </Button>
      </div>
      {refusal && (
        <div role="alert" className="max-h-32 shrink-0 overflow-y-auto bg-bad-ground px-3 py-2 text-sm text-bad">
          <strong className="font-semibold">{t('refused')}</strong>
          <p className="font-mono text-xs break-words whitespace-pre-wrap" title={refusal.output}>
            {refusal.line === null ? '' : `${refusal.line}: `}
            {refusal.message}
          </p>
        </div>
      )}
      {conflict !== null && (
        <div
          role="alert"
          className="flex shrink-0 flex-wrap items-center gap-2 bg-warn-ground px-3 py-2 text-sm text-warn"
        >
          <span className="min-w-0 flex-1">
            <strong className="block font-semibold">{t('changed')}</strong>
            {conflict}
          </span>
          <Button small onClick={loadTheirs}>
            {t('loadTheirs')}
          </Button>
          <Button small kind="danger" onClick={() => void run(undefined)}>
            {t('overwrite')}
          </Button>
        </div>
      )}
      {error !== null && (
        <p role="alert" className="shrink-0 bg-bad-ground px-3 py-2 text-sm break-words text-bad">
          {error}
        </p>
      )}
      <CodeEditor
        key={round}
        className="flex-1"
        label={path}
        language="nginx"
        text={base.config}
        problem={problem}
        onChange={setText}
        onSave={() => dirty && void run(base.etag)}
      />
    </div>
  )
}
