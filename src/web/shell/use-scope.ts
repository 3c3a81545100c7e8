import { type NodeItem } from '../live/node-store.ts'
import { useMay, useNode } from '../live/use-live.ts'
import { usePlace } from '../routes/address.ts'
import { type ScopeKind, type Tab, tabsOf } from '../routes/tabs.ts'

/** The scope of the address, the tabs it has for this person, and the chosen one: the first when none is named. */
export function useScope(): { kind: ScopeKind; node: NodeItem | undefined; tabs: Tab[]; tab: Tab | undefined } {
  const { agentId, tab: wanted } = usePlace()
  const node = useNode(agentId ?? '')
  const mayOperate = useMay('operate')
  const mayAdminister = useMay('administer')
  const kind: ScopeKind = agentId === null ? 'tree' : node?.role === 'monitor' ? 'region' : 'node'
  const tabs = tabsOf(kind, (permission) =>
    permission === 'read' ? true : permission === 'operate' ? mayOperate : mayAdminister,
  )
  const tab = tabs.find(({ id }) => id === wanted) ?? (wanted === 'overview' ? tabs[0] : undefined)
  return { kind, node, tabs, tab }
}
