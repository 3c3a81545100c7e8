import { useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { filesTexts } from './files.texts.ts'
import { whyNoName } from './host-path.ts'

/** What a name is asked for: `run` resolves to the text of an error, or to null when it was done. */
export interface Naming {
  title: string
  action: string
  name: string
  run: (name: string) => Promise<string | null>
}

export function NameDialog({ naming, onClose }: { naming: Naming | null; onClose: () => void }) {
  return (
    <Dialog open={naming !== null} onClose={onClose} title={naming?.title ?? ''}>
      {naming && <NameForm naming={naming} onClose={onClose} />}
    </Dialog>
  )
}

const complaints = { empty: 'nameEmpty', slash: 'nameSlash', dots: 'nameDots' } as const

function NameForm({ naming, onClose }: { naming: Naming; onClose: () => void }) {
  const t = useTexts(filesTexts)
  const [name, setName] = useState(naming.name)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  async function run() {
    const why = whyNoName(name)
    if (why) return setError(t(complaints[why]))
    setBusy(true)
    const failed = await naming.run(name)
    setBusy(false)
    if (failed === null) onClose()
    else setError(failed)
  }
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        void run()
      }}
    >
      <Field label={t('name')} error={error}>
        {(input) => (
          <Input
            {...input}
            autoFocus
            maxLength={255}
            value={name}
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
        )}
      </Field>
      <div className="flex justify-end">
        <Button type="submit" kind="primary" busy={busy}>
          {naming.action}
        </Button>
      </div>
    </form>
  )
}
