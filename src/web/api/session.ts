import type { z } from 'zod'
import type { LoginResult, Token } from '../../contract/auth.ts'

type Signed = z.infer<typeof LoginResult>

/** Who is signed in, in every tab of this browser. */
export interface Session {
  token: string
  expiresAtMs: number
  user: Signed['user']
}

const key = 'cortex.session'

/**
 * The session of this browser. It is kept in `localStorage`, so that a reload, a second tab and a link from a colleague
 * need no new login; the price is that a script on our pages could read it, which is why no script but our own files runs
 * there (Content-Security-Policy) and a token lives half an hour. Signing out in one tab signs out all.
 */
export function createSessionStore(parts: {
  storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>
  clock: () => number
}) {
  const { storage, clock } = parts
  const listeners = new Set<() => void>()
  let session = read()

  function read(): Session | null {
    try {
      const value: unknown = JSON.parse(storage.getItem(key) ?? 'null')
      return isSession(value) && value.expiresAtMs > clock() ? value : null
    } catch {
      return null
    }
  }

  function set(next: Session | null): void {
    session = next
    try {
      if (next) storage.setItem(key, JSON.stringify(next))
      else storage.removeItem(key)
    } catch {
      // A browser that keeps nothing: it holds until the page is left.
    }
    for (const listener of listeners) listener()
  }

  return {
    current: () => session,
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    signIn: ({ access_token, expires_in, user }: Signed) =>
      set({ token: access_token, expiresAtMs: clock() + expires_in * 1000, user }),
    /** A newer token of the same person. */
    renew({ access_token, expires_in }: z.infer<typeof Token>) {
      if (session) set({ ...session, token: access_token, expiresAtMs: clock() + expires_in * 1000 })
    },
    signOut: () => set(null),
    /** Another tab signed in, out, or renewed the token. */
    readAgain() {
      session = read()
      for (const listener of listeners) listener()
    },
  }
}
export type SessionStore = ReturnType<typeof createSessionStore>

function isSession(value: unknown): value is Session {
  if (typeof value !== 'object' || value === null) return false
  const { token, expiresAtMs, user } = value as Partial<Session>
  return typeof token === 'string' && typeof expiresAtMs === 'number' && typeof user?.username === 'string'
}
