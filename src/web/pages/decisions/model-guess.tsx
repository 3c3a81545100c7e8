import type { ModelAnswer } from '../../../contract/decision-path.ts'
import { useTexts } from '../../i18n/language.tsx'
import { formatTook } from '../../lib/format.ts'
import { Badge } from '../../ui/badge.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { silenceText } from './decision-words.tsx'
import { decisionTexts } from './decisions.texts.ts'

const outcomes = { approve: 'modelApproves', reject: 'modelRejects', none: 'modelSilent' } as const

/** What a model answered, marked as the guess that it is. */
export function ModelGuess({ answer, analysis }: { answer: ModelAnswer; analysis: string | null }) {
  const t = useTexts(decisionTexts)
  const words = useTexts(uiTexts)
  const { model, outcome, why, reason, risk_level, took_ms, input_tokens, output_tokens } = answer
  return (
    <div className="flex flex-col gap-1 rounded-md border border-dashed border-strong p-2 text-sm">
      <div className="flex flex-wrap items-baseline gap-x-2 gap-y-1">
        <Badge tone="accent">{t('modelGuess')}</Badge>
        <span className="font-medium">{model}</span>
        <span>{t(outcomes[outcome])}</span>
        {risk_level && (
          <span className="text-soft">
            {t('risk_level')}: {words(risk_level)}
          </span>
        )}
        <span className="ml-auto text-xs text-soft">
          {t('took')} {formatTook(took_ms)} ·{' '}
          {input_tokens === null || output_tokens === null
            ? t('tokensUnknown')
            : t('tokens', { input: input_tokens, output: output_tokens })}
        </span>
      </div>
      {why !== null && <p>{silenceText(t, why)}</p>}
      {reason !== null && <p className="break-words">{reason}</p>}
      {outcome !== 'none' && analysis && (
        <details>
          <summary className="text-xs text-soft">{t('analysis')}</summary>
          <p className="break-words whitespace-pre-wrap text-soft">{analysis}</p>
        </details>
      )}
    </div>
  )
}
