import { fromLocalInput, toLocalInput } from '../lib/local-input.ts'
import { Input } from './field.tsx'

/** A moment in the browser's time zone; in and out as ISO time, null while it is not whole. */
export function MomentInput({
  label,
  iso,
  onChange,
}: {
  label: string
  iso: string
  onChange: (iso: string | null) => void
}) {
  return (
    <Input
      type="datetime-local"
      aria-label={label}
      title={label}
      value={toLocalInput(iso)}
      onChange={(event) => onChange(fromLocalInput(event.target.value))}
      className="max-w-52"
    />
  )
}
