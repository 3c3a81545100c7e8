import { useState } from 'react'
import type { NginxOutcome } from '../../../contract/operations/nginx.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { CodeEditor } from '../../ui/code/code-editor.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { readAgain, useServerPath } from '../host/use-host-query.ts'
import { type Refusal, refusalOf } from './nginx-refusal.ts'
import { nginxTexts } from './nginx.texts.ts'

const example = `server {
    listen 80;
    server_name example.com;

    location / {
        proxy_pass http://127.0.0.1:3000;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
}
`

/** A new site: its name and its first configuration, tested by nginx before it counts. */
export function CreateSite({ agentId, onClose }: { agentId: string; onClose: () => void }) {
  const t = useTexts(nginxTexts)
  const server = useServerPath(agentId)
  const [name, setName] = useState('')
  const [config, setConfig] = useState(example)
  const [enabled, setEnabled] = useState(true)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [refusal, setRefusal] = useState<Refusal | null>(null)
  const [problem, setProblem] = useState<{ line: number; message: string } | null>(null)

  async function create(): Promise<void> {
    setBusy(true)
    const body = { name, config, enabled }
    const outcome = await client.call<typeof NginxOutcome>('POST', `${server}/nginx/sites`, { body })
    setBusy(false)
    if (outcome.ok) {
      toast('done', t('createDone', { name }))
      void readAgain(agentId, 'nginx')
      return onClose()
    }
    const refused = refusalOf(outcome.failure, name)
    setRefusal(refused)
    setProblem(refused && refused.line !== null ? { line: refused.line, message: refused.message } : null)
    setError(refused ? null : outcome.failure.message)
  }

  return (
    <Drawer title={t('create')} onClose={onClose}>
      <form
        className="flex min-h-0 flex-1 flex-col gap-3 p-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (!busy) void create()
        }}
      >
        <Field label={t('name')} hint={t('nameHint')} error={error}>
          {(input) => (
            <Input
              {...input}
              required
              value={name}
              maxLength={128}
              autoComplete="off"
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        {refusal && (
          <div role="alert" className="shrink-0 rounded-md bg-bad-ground px-3 py-2 text-sm text-bad">
            <strong className="font-semibold">{t('refused')}</strong>
            <p className="font-mono text-xs break-words whitespace-pre-wrap">{refusal.message}</p>
          </div>
        )}
        <CodeEditor
          className="flex-1 rounded-md border border-line"
          label={t('config')}
          language="nginx"
          text={example}
          problem={problem}
          onChange={setConfig}
        />
        <div className="flex flex-wrap items-center justify-between gap-2">
          <label className="flex items-center gap-2 text-sm">
            <input
              type="checkbox"
              className="size-4"
              checked={enabled}
              onChange={(event) => setEnabled(event.target.checked)}
            />
            {t('enableAtOnce')}
          </label>
          <Button type="submit" kind="primary" busy={busy} disabled={name === ''} title={t('saveHint')}>
            {t('save')}
          </Button>
        </div>
      </form>
    </Drawer>
  )
}
