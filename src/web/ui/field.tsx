import { type ComponentProps, type ReactNode, useId } from 'react'
import { classes } from './class-names.ts'

const inputLook =
  'h-8 rounded-md border border-strong bg-panel px-2.5 text-sm disabled:opacity-60 aria-invalid:border-bad'

/** A label with its input; `error` is read out with it. `children` gets the ids to put on the input. */
export function Field({
  label,
  hint,
  error,
  children,
}: {
  label: string
  hint?: ReactNode
  error?: string | null | undefined
  children: (input: { id: string; 'aria-describedby': string; 'aria-invalid': boolean }) => ReactNode
}) {
  const id = useId()
  const note = `${id}-note`
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': note, 'aria-invalid': Boolean(error) })}
      <div
        id={note}
        className={classes('text-xs', error ? 'text-bad' : 'text-soft')}
        role={error ? 'alert' : undefined}
      >
        {error || hint}
      </div>
    </div>
  )
}

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  return <input {...rest} className={classes(inputLook, 'w-full', className)} />
}

/** The browser's own list: it works on phones, by keyboard and by letters without a line of ours. */
export function Select<Value extends string>({
  options,
  value,
  onChoose,
  label,
  className,
  ...rest
}: Omit<ComponentProps<'select'>, 'onChange' | 'value'> & {
  options: ReadonlyArray<{ value: Value; label: string }>
  value: Value
  onChoose: (value: Value) => void
  label?: string
}) {
  return (
    <select
      {...rest}
      aria-label={label}
      value={value}
      onChange={(event) => {
        const chosen = options.find((option) => option.value === event.target.value)
        if (chosen) onChoose(chosen.value)
      }}
      className={classes(inputLook, 'shrink-0 pr-7', className)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}
