import { useEffect, useMemo, useRef, useState } from 'react'
import type { Outcome } from '../../api/client.ts'
import { useTexts } from '../../i18n/language.tsx'
import { LeaveGuard } from '../../routes/leave-guard.tsx'
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
  holds,
}: {
  path: string
  /** As it was read last. */
  read: { config: string; etag: string }
  /** Without an etag: whatever is there now. */
  save: (config: string, etag: string | undefined) => Promise<Outcome<unknown>>
  /** Reads it again. */
  onSaved: () => void
  /** The part of the address that keeps it open. */
  holds: readonly string[]
}) {
  const t = useTexts(nginxTexts)
  const [base, setBase] = useState(read)
  /** What the editor was given; what is typed while a save is under way stays. */
  const [given, setGiven] = useState(read.config)
  const [text, setText] = useState(read.config)
  /** As `text`, at once: Ctrl-S may come before what was typed is drawn. */
  const typed = useRef(read.config)
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

  // What is read anew replaces the text only while nothing was typed; what we saved ourselves is no change of others.
  useEffect(() => {
    if (read.etag === base.etag || (dirty && read.config !== base.config)) return
    setBase(read)
    if (!dirty) show(read.config)
  }, [read, base, dirty])

  function show(config: string): void {
    typed.current = config
    setText(config)
    setGiven(config)
  }

  async function run(etag: string | undefined): Promise<void> {
    if (busy) return
    setBusy(true)
    setRefusal(null)
    setConflict(null)
    setError(null)
    const config = typed.current
    const outcome = await save(config, etag)
    setBusy(false)
    if (outcome.ok) {
      setBase({ config, etag: base.etag })
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
    show(base.config)
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
        text={given}
        problem={problem}
        onChange={(next) => {
          typed.current = next
          setText(next)
        }}
        onSave={() => typed.current !== base.config && void run(base.etag)}
      />
      <LeaveGuard
        unsaved={dirty}
        holds={holds}
        title={t('closeTitle')}
        what={t('closeWhat', { path })}
        action={t('closeAction')}
      />
    </div>
  )
}
