import type { ComponentProps, ReactNode } from 'react'
import { Button } from './button.tsx'

/** A form with its error and its button at the end. Enter in a field sends it. */
export function Form({
  action,
  error,
  busy,
  disabled = false,
  side,
  onSend,
  children,
}: {
  action: string
  error: string | null
  busy: boolean
  disabled?: boolean
  /** Stands left of the button. */
  side?: ReactNode
  onSend: () => void
  children: ReactNode
}) {
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        if (!busy && !disabled) onSend()
      }}
    >
      {children}
      {error !== null && (
        <p role="alert" className="text-sm break-words text-bad">
          {error}
        </p>
      )}
      <div className="flex flex-wrap items-center justify-end gap-2">
        {side}
        <Button type="submit" kind="primary" busy={busy} disabled={disabled}>
          {action}
        </Button>
      </div>
    </form>
  )
}

/** Yes or no, with what it means. */
export function Check({ label, hint, ...rest }: ComponentProps<'input'> & { label: ReactNode; hint?: ReactNode }) {
  return (
    <label className="flex cursor-pointer items-start gap-2 text-sm">
      <input type="checkbox" {...rest} className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span className="flex min-w-0 flex-col">
        <span className="font-medium">{label}</span>
        {hint !== undefined && <span className="text-xs text-soft">{hint}</span>}
      </span>
    </label>
  )
}
