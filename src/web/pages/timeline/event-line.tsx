import type { Intent, IntentType } from '../../../contract/intents.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Age } from '../../ui/age.tsx'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { timelineTexts } from './timeline.texts.ts'

const tones: Record<IntentType, Tone> = { decision: 'accent', blocker: 'bad', milestone: 'good', note: 'plain' }

export function TypeBadge({ type }: { type: IntentType }) {
  const t = useTexts(timelineTexts)
  return <Badge tone={tones[type]}>{t(type)}</Badge>
}

/** One event as a line of a short list. */
export function EventLine({ intent }: { intent: Intent }) {
  return (
    <li className="flex items-baseline gap-2 px-3 py-1.5 text-sm">
      <TypeBadge type={intent.type} />
      <span className="min-w-0 flex-1 break-words">{intent.data}</span>
      {intent.actor !== null && <span className="max-w-40 truncate text-xs text-soft">{intent.actor}</span>}
      <span className="text-xs text-soft">
        <Age at={intent.created_at} />
      </span>
    </li>
  )
}
