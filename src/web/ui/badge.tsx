import type { ReactNode } from 'react'
import { classes } from './class-names.ts'

const tones = {
  plain: 'border-line text-soft',
  good: 'border-transparent bg-good-ground text-good',
  warn: 'border-transparent bg-warn-ground text-warn',
  bad: 'border-transparent bg-bad-ground text-bad',
  accent: 'border-transparent bg-chosen text-accent',
}
export type Tone = keyof typeof tones

export function Badge({ tone = 'plain', children }: { tone?: Tone; children: ReactNode }) {
  return (
    <span className={classes('inline-flex items-center rounded border px-1.5 text-xs whitespace-nowrap', tones[tone])}>
      {children}
    </span>
  )
}

/** The tone of a severity, the same on every page. */
export const severityTone: Record<'low' | 'medium' | 'high' | 'critical', Tone> = {
  low: 'plain',
  medium: 'warn',
  high: 'warn',
  critical: 'bad',
}
