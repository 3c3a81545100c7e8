import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { DecisionList } from './decision-list.tsx'
import { DecisionView } from './decision-view.tsx'

/** The decisions of a scope, or with `?decision=12` one of them with its whole way. */
export function DecisionsPage({ agentId }: PageProps) {
  const [search] = useAddress()
  const id = Number(search['decision'] ?? Number.NaN)
  if (Number.isSafeInteger(id) && id > 0) return <DecisionView key={id} id={id} agentId={agentId} />
  return <DecisionList agentId={agentId} />
}
