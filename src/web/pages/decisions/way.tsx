import type { ReactNode } from 'react'
import type { DecisionHop } from '../../../contract/decision-path.ts'
import type { DecisionDetail } from '../../../contract/decisions.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatTime, formatTook } from '../../lib/format.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Panel } from '../../ui/panel.tsx'
import { notRunText, reasonOf, ResultBadge, StatusBadge } from './decision-words.tsx'
import { decisionTexts } from './decisions.texts.ts'
import { ModelGuess } from './model-guess.tsx'
import { Seen } from './seen.tsx'

/** From what the node saw to what the repair printed, one step below the other, each with how long it took. */
export function Way({ decision }: { decision: DecisionDetail }) {
  const t = useTexts(decisionTexts)
  return (
    <Panel title={t('way')}>
      <ol aria-label={t('way')} className="flex flex-col p-3">
        <Step title={decision.agent_id} sign="◉" side={<When at={decision.created_at} />} note={t('seen')}>
          <Seen decision={decision} />
        </Step>
        {decision.whole_path.map((hop, index) => (
          <Hop key={`${hop.agent_id} ${index}`} hop={hop} analysis={decision.llm_analysis} />
        ))}
        <Outcome decision={decision} />
        <Execution decision={decision} />
      </ol>
    </Panel>
  )
}

function Step(props: { title: ReactNode; sign: string; note?: ReactNode; side?: ReactNode; children?: ReactNode }) {
  return (
    <li className="group grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-2">
      <span aria-hidden className="flex flex-col items-center text-soft">
        <span className="leading-6">{props.sign}</span>
        <span className="w-px flex-1 bg-line group-last:hidden" />
      </span>
      <div className="flex min-w-0 flex-col gap-1.5 pb-5 group-last:pb-0">
        <div className="flex flex-wrap items-baseline gap-x-3">
          <strong className="font-semibold break-all">{props.title}</strong>
          <span className="text-sm text-soft">{props.note}</span>
          <span className="ml-auto text-xs text-soft">{props.side}</span>
        </div>
        {props.children}
      </div>
    </li>
  )
}

function When({ at, tookMs }: { at: string | null; tookMs?: number | null | undefined }) {
  const t = useTexts(decisionTexts)
  const { language } = useLanguage()
  return (
    <>
      {at !== null && <time dateTime={at}>{formatTime(at, language)}</time>}
      {tookMs !== undefined && tookMs !== null && (
        <>
          {' · '}
          {t('took')} {formatTook(tookMs)}
        </>
      )}
    </>
  )
}

const verdictTones: Record<DecisionHop['verdict'], Tone> = {
  deny: 'bad',
  approve: 'good',
  judge: 'accent',
  human: 'warn',
  escalate: 'plain',
}
const verdictWords = {
  deny: 'deny',
  approve: 'approveVerdict',
  judge: 'judge',
  human: 'humanVerdict',
  escalate: 'escalate',
} as const

function Hop({ hop, analysis }: { hop: DecisionHop; analysis: string | null }) {
  const t = useTexts(decisionTexts)
  const { language } = useLanguage()
  const side = <When at={hop.at} tookMs={hop.took_ms} />
  const person = hop.person ?? (hop.reason.startsWith('human:') ? hop.reason.slice('human:'.length) : undefined)
  if (person !== undefined) {
    const said = hop.verdict === 'approve' ? 'approved' : 'rejected'
    return (
      <Step title={hop.agent_id} sign="✎" note={t('person', { person })} side={side}>
        <p className="flex flex-wrap items-baseline gap-2 text-sm">
          <StatusBadge status={said} />
          <span className="min-w-0 break-words">{hop.note}</span>
        </p>
      </Step>
    )
  }
  return (
    <Step title={hop.agent_id} sign="§" side={side} note={t('policy')}>
      <p className="flex flex-wrap items-baseline gap-2 text-sm">
        <Badge tone={verdictTones[hop.verdict]}>{t(verdictWords[hop.verdict])}</Badge>
        <code className="font-mono text-xs">{t('rule', { rule: hop.rule ?? hop.reason })}</code>
        <span className="min-w-0 break-words text-soft">{hop.text?.[language] ?? t('oldHop')}</span>
      </p>
      {hop.model && <ModelGuess answer={hop.model} analysis={analysis} />}
    </Step>
  )
}

function Outcome({ decision }: { decision: DecisionDetail }) {
  const t = useTexts(decisionTexts)
  const { language } = useLanguage()
  const { status, decided_by, authority, created_at, decided_at, expires_at } = decision
  const isOpen = status === 'pending'
  const waitedMs = decided_at === null ? null : Date.parse(decided_at) - Date.parse(created_at)
  return (
    <Step
      title={t('outcome')}
      sign={isOpen ? '◌' : status === 'approved' ? '✓' : '✕'}
      note={
        decided_by === null
          ? isOpen && t('stillOpen')
          : `${t('authority', { authority: authority ?? '–' })} · ${t(decided_by)}`
      }
      side={
        <>
          <When at={decided_at} />
          {waitedMs !== null && waitedMs >= 0 && ` · ${t('waited')} ${formatTook(waitedMs)}`}
        </>
      }
    >
      <p className="flex flex-wrap items-baseline gap-2 text-sm">
        <StatusBadge status={status} />
        <span className="min-w-0 break-words">{reasonOf(decision, t, language)}</span>
      </p>
      {(isOpen || status === 'approved') && (
        <p className="text-xs text-soft">
          {t(isOpen ? 'lifeUntil' : 'validUntil')} {formatTime(expires_at, language)}
        </p>
      )}
    </Step>
  )
}

function Execution({ decision }: { decision: DecisionDetail }) {
  const t = useTexts(decisionTexts)
  const { status, execution_result, execution_output, executed_at, execution_ms } = decision
  const notRunWhy = notRunText(t, execution_output)
  if (execution_result === null) {
    if (status === 'pending') return null
    return (
      <Step title={t('execution')} sign="▷">
        <p className="text-sm text-soft">{t(status === 'approved' ? 'notRunYet' : 'neverRun')}</p>
      </Step>
    )
  }
  return (
    <Step
      title={t('execution')}
      sign="▶"
      note={executed_at === null ? t('notRun') : decision.agent_id}
      side={<When at={executed_at} tookMs={execution_ms} />}
    >
      <p>
        <ResultBadge result={execution_result} />
      </p>
      {notRunWhy !== null ? (
        <p className="text-sm" title={execution_output ?? undefined}>
          {notRunWhy}
        </p>
      ) : execution_output ? (
        <pre
          aria-label={t('output')}
          tabIndex={0}
          className="max-h-80 overflow-auto rounded-md border border-line bg-page p-2 font-mono text-xs break-all whitespace-pre-wrap"
        >
          {execution_output}
        </pre>
      ) : (
        <p className="text-sm text-soft">{t('noOutput')}</p>
      )}
    </Step>
  )
}
