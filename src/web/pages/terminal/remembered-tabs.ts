/** A terminal in this tab of the browser. */
export interface TerminalTab {
  session: string
  /** Of the shell at first; the person may give another. */
  name: string
  named: boolean
}
export interface RememberedTabs {
  tabs: readonly TerminalTab[]
  chosen: string | null
}

const none: RememberedTabs = { tabs: [], chosen: null }
const maxTabs = 32

/**
 * The terminals that a tab of the browser had open on a node, so that a reload finds them again. A session id is a key to
 * its shell: it is kept for this tab alone, and goes with it.
 */
export function rememberedTabs(storage: Pick<Storage, 'getItem' | 'setItem'>, user: string, agentId: string) {
  const key = `cortex.terminals ${user} ${agentId}`
  return {
    read(): RememberedTabs {
      try {
        return readTabs(JSON.parse(storage.getItem(key) ?? 'null'))
      } catch {
        return none
      }
    },
    write(tabs: RememberedTabs): void {
      try {
        storage.setItem(key, JSON.stringify(tabs))
      } catch {
        // A browser that keeps nothing: the list of one's sessions still has them.
      }
    },
  }
}

function readTabs(value: unknown): RememberedTabs {
  if (typeof value !== 'object' || value === null || !('tabs' in value) || !Array.isArray(value.tabs)) return none
  const tabs = value.tabs.filter(isTab).slice(0, maxTabs)
  const chosen = 'chosen' in value ? value.chosen : null
  return { tabs, chosen: tabs.find(({ session }) => session === chosen)?.session ?? tabs[0]?.session ?? null }
}

const sessionId = /^[A-Za-z0-9_-]{43,128}$/

function isTab(value: unknown): value is TerminalTab {
  if (typeof value !== 'object' || value === null) return false
  const { session, name, named } = value as Partial<TerminalTab>
  return (
    typeof session === 'string' && sessionId.test(session) && typeof name === 'string' && typeof named === 'boolean'
  )
}

/** The name of a next terminal: that of its shell, with the first number that is free when there is one already. */
export function nextName(shell: string, taken: readonly string[]): string {
  const base = shell.split('/').at(-1) || 'sh'
  if (!taken.includes(base)) return base
  let number = 2
  while (taken.includes(`${base} ${number}`)) number += 1
  return `${base} ${number}`
}
