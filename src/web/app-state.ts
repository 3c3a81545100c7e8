import { QueryClient } from '@tanstack/react-query'
import type { Token, WsTicket } from '../contract/auth.ts'
import { createClient } from './api/client.ts'
import { isAskedAgain, pauseBeforeMs } from './api/retry.ts'
import { createSessionStore } from './api/session.ts'
import { socketUrl } from './api/socket-url.ts'
import { currentLanguage } from './i18n/language.tsx'
import { createHappenings } from './live/happenings.ts'
import { createCalm } from './live/calm.ts'
import { createLiveSocket, type WireListener } from './live/live-socket.ts'
import { createNodeLoader } from './live/node-loader.ts'
import { createNodeStore } from './live/node-store.ts'
import { followServer as follow, type ServerListener } from './live/server-socket.ts'
import { createGatherer, staleAfter } from './live/stale-queries.ts'

const flushPauseMs = 200
const calmPauseMs = 2_000
const queryPauseMs = 1_500
const refreshPauseMs = 5_000
const renewBeforeMs = 10 * 60_000

const later = (run: () => void, delayMs: number) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

/** What all pages share: one session, one client, one socket, one store of nodes, one cache of queries. */
export const session = createSessionStore({ storage: localStorage, clock: Date.now })
export const client = createClient({ session, language: currentLanguage, fetch: (...given) => fetch(...given) })
const soon = (flush: () => void) => void setTimeout(flush, flushPauseMs)
export const nodeStore = createNodeStore({ schedule: soon })
export const calmNodes = createCalm({
  source: { current: nodeStore.view, subscribe: nodeStore.subscribe },
  isUrgent: (held, next) => held.loaded !== next.loaded || held.childrenOf !== next.childrenOf,
  schedule: (run) => void setTimeout(run, calmPauseMs),
})
export const happenings = createHappenings({ schedule: soon })
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      retry: isAskedAgain,
      retryDelay: pauseBeforeMs,
    },
  },
})

const loader = createNodeLoader({ client, store: nodeStore })
const markStale = createGatherer({
  pauseMs: queryPauseMs,
  later,
  hand: (queryKey) => void queryClient.invalidateQueries({ queryKey }),
})
const readNewNodes = createGatherer({ pauseMs: queryPauseMs, later, hand: () => void loader.load().catch(() => {}) })

/** A one-time ticket that opens one socket or one download; throws when none can be had now. */
export async function oneTimeTicket(): Promise<string> {
  const outcome = await client.call<typeof WsTicket>('POST', '/api/v1/auth/ws-ticket')
  if (!outcome.ok) throw new Error(outcome.failure.message)
  return outcome.data.ticket
}

function openWire(path: string, ticket: string, listener: WireListener): WebSocket {
  const url = socketUrl(path)
  url.searchParams.set('ticket', ticket)
  const socket = new WebSocket(url)
  socket.addEventListener('open', () => listener.opened())
  socket.addEventListener('message', (message) => listener.text(message.data))
  socket.addEventListener('close', ({ code }) => listener.closed(code))
  return socket
}

/** Follows what happens on one server, until what is returned is called. */
export const followServer = (serverId: number, listener: ServerListener) =>
  follow(
    { ticket: oneTimeTicket, later, open: (given, wire) => openWire(`/ws/servers/${serverId}`, given, wire) },
    listener,
  )

export const live = createLiveSocket({
  ticket: oneTimeTicket,
  open: (given, listener) => openWire('/ws', given, listener),
  onEvent(event) {
    if (!nodeStore.apply(event)) readNewNodes([['nodes']])
    happenings.add(event)
    markStale(staleAfter(event))
  },
  async catchUp() {
    await loader.load()
    void queryClient.invalidateQueries()
  },
  clock: Date.now,
  random: Math.random,
  later,
})

/** Ends what belonged to the person who was signed in. */
function forget(): void {
  live.stop()
  loader.forget()
  nodeStore.clear()
  happenings.clear()
  queryClient.clear()
}

/** A new token before the old one ends. Two tabs may both ask; each token is good. */
async function renew(): Promise<void> {
  session.readAgain()
  const current = session.current()
  if (!current || current.expiresAtMs - Date.now() > renewBeforeMs) return
  const outcome = await client.call<typeof Token>('POST', '/api/v1/auth/refresh')
  if (outcome.ok) session.renew(outcome.data)
}

/** Connects the shared parts to the browser; called once. */
export function startAppState(): void {
  let user: string | null = null
  const followSession = () => {
    const next = session.current()?.user.username ?? null
    if (next === user) return
    user = next
    forget()
    if (next === null) return
    live.start()
    // Without it nothing is missing: all is read when the socket is open.
    void loader.peek().catch(() => {})
  }
  session.subscribe(followSession)
  followSession()
  addEventListener('storage', (event) => {
    if (event.key === null || event.key === 'cortex.session') session.readAgain()
  })
  addEventListener('online', () => live.retryNow())
  setInterval(() => void renew(), 60_000)
  setInterval(() => {
    if (!document.hidden && live.state().name === 'live') void loader.refreshSome().catch(() => {})
  }, refreshPauseMs)
}
