import { useState } from 'react'
import type { Outcome } from '../api/client.ts'

/** One call that a form or a button makes: whether it is under way, and why it failed, in the words of the server. */
export function useTask() {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)

  /** The data, or null when it failed. */
  async function run<Data>(call: () => Promise<Outcome<Data>>): Promise<Data | null> {
    setBusy(true)
    setError(null)
    const outcome = await call()
    setBusy(false)
    if (outcome.ok) return outcome.data
    setError(outcome.failure.message)
    return null
  }
  return { busy, error, run }
}

/** What `ConfirmDialog` wants of a call: null when it was done, else why not. */
export async function errorOf(call: Promise<Outcome<unknown>>): Promise<string | null> {
  const outcome = await call
  return outcome.ok ? null : outcome.failure.message
}
