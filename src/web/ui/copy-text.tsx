import { useState } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { copyText } from '../lib/clipboard.ts'
import { Button } from './button.tsx'
import { toast } from './toast.tsx'
import { uiTexts } from './ui.texts.ts'

/** A command or key as it is, with a button that copies it. */
export function CopyText({ text }: { text: string }) {
  const t = useTexts(uiTexts)
  const [copied, setCopied] = useState(false)
  async function copy() {
    const done = await copyText(text)
    setCopied(done)
    if (!done) toast('failed', t('copyFailed'))
  }
  return (
    <div className="flex items-start gap-2 rounded-md border border-line bg-page p-2">
      <code className="min-w-0 flex-1 py-1 text-left font-mono text-xs break-all select-all">{text}</code>
      <Button small onClick={() => void copy()}>
        {copied ? t('copied') : t('copy')}
      </Button>
    </div>
  )
}
