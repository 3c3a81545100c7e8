import { type ReactNode, useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { settingsTexts } from './settings.texts.ts'

export interface Secret {
  title: string
  text: string
  /** What it is for, and what to do with it. */
  about: ReactNode
}

/** A secret that is seen only now: whoever closes it by mistake is warned once. */
export function SecretDialog({ secret, onClose }: { secret: Secret | null; onClose: () => void }) {
  const t = useTexts(settingsTexts)
  const [warned, setWarned] = useState(false)
  function close() {
    setWarned(false)
    onClose()
  }
  if (!secret) return null
  return (
    <Dialog open title={secret.title} onClose={() => (warned ? close() : setWarned(true))} wide>
      <p className="text-sm font-medium text-warn">{t('onlyOnce')}</p>
      <CopyText text={secret.text} />
      <div className="flex flex-col gap-2 text-sm text-soft">{secret.about}</div>
      {warned && (
        <p role="alert" className="text-sm text-bad">
          {t('closeWarning')}
        </p>
      )}
      <div className="flex justify-end">
        <Button kind="primary" onClick={close}>
          {t('saved')}
        </Button>
      </div>
    </Dialog>
  )
}
