import { useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { useAddress } from '../../routes/address.ts'
import { Select } from '../../ui/field.tsx'
import { MomentInput } from '../../ui/moment-input.tsx'
import { type SpanChoice, spanOf, spans } from './span.ts'
import { timelineTexts } from './timeline.texts.ts'

const choices: readonly SpanChoice[] = ['any', 'h1', 'h24', 'd7', 'd30', 'custom']
const words = { any: 'anyTime', h1: 'h1', h24: 'h24', d7: 'd7', d30: 'd30', custom: 'custom' } as const

/** `since` and `until` of the address: a span before now, or two moments. */
export function SpanFilter() {
  const t = useTexts(timelineTexts)
  const [search, change] = useAddress()
  const since = search['since'] ?? ''
  const until = search['until'] ?? ''
  const [isCustom, setCustom] = useState(false)
  const choice = isCustom ? 'custom' : spanOf(since, until)

  function choose(next: SpanChoice) {
    setCustom(next === 'custom')
    if (next === 'any') change({ since: null, until: null })
    else if (next !== 'custom') change({ since: spans[next], until: null })
  }
  return (
    <>
      <Select<SpanChoice>
        label={t('span')}
        value={choice}
        options={choices.map((value) => ({ value, label: t(words[value]) }))}
        onChoose={choose}
      />
      {choice === 'custom' &&
        (['since', 'until'] as const).map((name) => (
          <MomentInput
            key={name}
            label={t(name === 'since' ? 'from' : 'to')}
            iso={name === 'since' ? since : until}
            onChange={(iso) => change({ [name]: iso })}
          />
        ))}
    </>
  )
}
