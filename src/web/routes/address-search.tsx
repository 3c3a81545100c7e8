import { Input } from '../ui/field.tsx'
import { useAddress } from './address.ts'

/** A filter that one types; it stands in the address as `name`. */
export function AddressSearch({ label, name = 'q' }: { label: string; name?: string }) {
  const [search, change] = useAddress()
  return (
    <Input
      type="search"
      aria-label={label}
      placeholder={label}
      value={search[name] ?? ''}
      onChange={(event) => change({ [name]: event.target.value })}
      className="max-w-72 min-w-32 flex-1"
    />
  )
}
