import { useEffect, useState } from 'react'
import { useLanguage, useTexts } from '../i18n/language.tsx'
import { formatTime } from '../lib/format.ts'
import { useBehindSince } from '../live/use-live.ts'
import { Age } from '../ui/age.tsx'
import { shellTexts } from './shell.texts.ts'

/** A connection that is back within this time is not worth a word. */
const patienceMs = 3_000

/** Says of when everything on the page is, while the tab is cut off from its monitor. */
export function BehindNote() {
  const t = useTexts(shellTexts)
  const { language } = useLanguage()
  const sinceMs = useBehindSince()
  const [shown, setShown] = useState(false)
  useEffect(() => {
    if (sinceMs === null) return setShown(false)
    const timer = setTimeout(() => setShown(true), patienceMs)
    return () => clearTimeout(timer)
  }, [sinceMs])
  if (!shown || sinceMs === null) return null
  const at = new Date(sinceMs).toISOString()
  return (
    <p role="alert" className="border-b border-line bg-warn-ground px-3 py-1.5 text-sm text-warn">
      {t('behind', { time: formatTime(at, language) })} (<Age at={at} />)
    </p>
  )
}
