import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { type Draft, presets, weekdays } from './silence-draft.ts'
import { silencesTexts } from './silences.texts.ts'

/** When a silence holds: for some hours, between two moments, or every week. */
export function SilenceTimes({ form, change }: { form: Draft; change: (values: Partial<Draft>) => void }) {
  const t = useTexts(silencesTexts)
  const isWeekly = form.kind === 'maintenance' && form.weekly
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-1 text-sm font-medium">{t('duration')}</legend>
      {form.kind === 'maintenance' && (
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4"
            checked={form.weekly}
            onChange={(event) => change({ weekly: event.target.checked })}
          />
          {t('weekly')}
        </label>
      )}
      {!isWeekly && (
        <div className="flex flex-wrap gap-1">
          {presets.map((preset) => (
            <Button
              key={preset}
              small
              kind={form.preset === preset ? 'primary' : 'plain'}
              aria-pressed={form.preset === preset}
              onClick={() => change({ preset })}
            >
              {t(preset)}
            </Button>
          ))}
        </div>
      )}
      {isWeekly && <Weekly form={form} change={change} />}
      {(isWeekly || form.preset === 'until') && (
        <div className="grid grid-cols-1 gap-3 sm:grid-cols-2">
          <Field label={t('starts')}>
            {(input) => (
              <Input
                {...input}
                type="datetime-local"
                value={form.startsAt}
                onChange={(event) => change({ startsAt: event.target.value })}
              />
            )}
          </Field>
          <Field label={t(isWeekly ? 'endsWeekly' : 'ends')}>
            {(input) => (
              <Input
                {...input}
                type="datetime-local"
                required={!isWeekly}
                value={form.endsAt}
                onChange={(event) => change({ endsAt: event.target.value })}
              />
            )}
          </Field>
        </div>
      )}
    </fieldset>
  )
}

function Weekly({ form, change }: { form: Draft; change: (values: Partial<Draft>) => void }) {
  const t = useTexts(silencesTexts)
  const toggle = (day: number) => {
    const days = form.weekdays.includes(day) ? form.weekdays.filter((each) => each !== day) : [...form.weekdays, day]
    // Without any day it would never come.
    if (days.length > 0) change({ weekdays: days })
  }
  return (
    <>
      <div role="group" aria-label={t('weekdays')} className="flex flex-wrap gap-1">
        {weekdays.map((day) => (
          <Button
            key={day}
            small
            kind={form.weekdays.includes(day) ? 'primary' : 'plain'}
            aria-pressed={form.weekdays.includes(day)}
            onClick={() => toggle(day)}
          >
            {t(`day${day}`)}
          </Button>
        ))}
      </div>
      <div className="grid grid-cols-1 gap-3 sm:grid-cols-3">
        <Field label={t('time')}>
          {(input) => (
            <Input
              {...input}
              type="time"
              required
              value={form.time}
              onChange={(event) => change({ time: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('hours')}>
          {(input) => (
            <Input
              {...input}
              type="number"
              required
              min={0.25}
              max={168}
              step={0.25}
              value={form.hours}
              onChange={(event) => change({ hours: event.target.value })}
            />
          )}
        </Field>
        <Field label={t('timeZone')}>
          {(input) => (
            <>
              <Input
                {...input}
                required
                list="time-zones"
                value={form.timeZone}
                onChange={(event) => change({ timeZone: event.target.value })}
              />
              <datalist id="time-zones">
                {Intl.supportedValuesOf('timeZone').map((zone) => (
                  <option key={zone} value={zone} />
                ))}
              </datalist>
            </>
          )}
        </Field>
      </div>
    </>
  )
}
