import { useTexts } from '../../i18n/language.tsx'
import { classes } from '../../ui/class-names.ts'
import { terminalTexts } from './terminal.texts.ts'
import type { KeyName } from './typed-keys.ts'

const keys: readonly KeyName[] = [
  'Esc',
  'Tab',
  '↑',
  '↓',
  '←',
  '→',
  '^C',
  '^D',
  '^R',
  '^Z',
  '^L',
  '|',
  '/',
  '-',
  '~',
  'Home',
  'End',
  'PgUp',
  'PgDn',
]

/** The keys that a phone has not; Ctrl holds for the next one. Only where one touches. */
export function KeyBar({
  control,
  onControl,
  onKey,
}: {
  control: boolean
  onControl: () => void
  onKey: (key: KeyName) => void
}) {
  const t = useTexts(terminalTexts)
  const look = 'h-10 min-w-11 shrink-0 rounded border border-line bg-raised px-2 font-mono text-sm active:bg-hover'
  return (
    <div
      role="toolbar"
      aria-label={t('keyBar')}
      className="hidden shrink-0 gap-1 overflow-x-auto border-t border-line bg-panel p-1 pointer-coarse:flex"
      // A press must not take the focus, and with it the keyboard of the phone, from the terminal.
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
    >
      <button
        type="button"
        aria-label={t('control')}
        aria-pressed={control}
        onClick={onControl}
        className={classes(look, control && 'border-accent bg-chosen text-accent')}
      >
        Ctrl
      </button>
      {keys.map((key) => (
        <button key={key} type="button" onClick={() => onKey(key)} className={look}>
          {key}
        </button>
      ))}
    </div>
  )
}
