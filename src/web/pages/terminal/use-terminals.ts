import { useCallback, useState } from 'react'
import { nextName, type RememberedTabs, rememberedTabs, type TerminalTab } from './remembered-tabs.ts'

/** The terminals of this page, remembered for a reload. */
export function useTerminals(user: string, agentId: string) {
  const [store] = useState(() => rememberedTabs(sessionStorage, user, agentId))
  const [{ tabs, chosen }, setState] = useState<RememberedTabs>(store.read)
  /** Made by this page since it was opened: their first attachment asks nothing. */
  const [made] = useState(() => new Set<string>())
  const change = useCallback(
    (next: (before: RememberedTabs) => RememberedTabs) =>
      setState((before) => {
        const after = next(before)
        store.write(after)
        return after
      }),
    [store],
  )
  const edit = (session: string, edited: Partial<TerminalTab>) =>
    change((before) => ({
      ...before,
      tabs: before.tabs.map((tab) => (tab.session === session ? { ...tab, ...edited } : tab)),
    }))

  return {
    tabs,
    chosen,
    isNew: (session: string) => made.has(session),
    choose: (session: string) => change((before) => ({ ...before, chosen: session })),
    add(session: string, shell: string, isNew: boolean): void {
      if (isNew) made.add(session)
      change((before) => {
        const name = nextName(
          shell,
          before.tabs.map((tab) => tab.name),
        )
        return { tabs: [...before.tabs, { session, name, named: false }], chosen: session }
      })
    },
    rename: (session: string, name: string) => edit(session, { name, named: true }),
    remove: (session: string) =>
      change((before) => {
        const at = before.tabs.findIndex((tab) => tab.session === session)
        const left = before.tabs.filter((tab) => tab.session !== session)
        const beside = left[Math.min(Math.max(at, 0), left.length - 1)]?.session ?? null
        return { tabs: left, chosen: before.chosen === session ? beside : before.chosen }
      }),
    /** To the tab beside the chosen one, round about. */
    step: (step: 1 | -1) =>
      change((before) => {
        const at = before.tabs.findIndex((tab) => tab.session === before.chosen)
        const next = before.tabs[(at + step + before.tabs.length) % before.tabs.length]
        return { ...before, chosen: next?.session ?? before.chosen }
      }),
  }
}
