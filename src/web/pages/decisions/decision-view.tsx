import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { DecisionDetail } from '../../../contract/decisions.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { queryKeys } from '../../live/stale-queries.ts'
import { useMay, useNode } from '../../live/use-live.ts'
import { pathOf, useAddress } from '../../routes/address.ts'
import { Age, TimeLeft } from '../../ui/age.tsx'
import { Button } from '../../ui/button.tsx'
import { Loaded } from '../../ui/states.tsx'
import { SeverityBadge, StatusBadge } from './decision-words.tsx'
import { decisionTexts } from './decisions.texts.ts'
import { RelatedEvents } from './related-events.tsx'
import { type Verdict, VerdictDialog } from './verdict-dialog.tsx'
import { Way } from './way.tsx'

/** One decision with its whole way, and what one may do about it. */
export function DecisionView({ id, agentId }: { id: number; agentId: string | null }) {
  const t = useTexts(decisionTexts)
  const [search] = useAddress()
  const query = useQuery({
    queryKey: [queryKeys.decisions, 'one', id],
    queryFn: ({ signal }) => client.get<typeof DecisionDetail>(`/api/v1/decisions/${id}`, {}, signal),
    // Of the hops on the way no event tells.
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? 5_000 : false),
  })
  const { decision: _, ...rest } = search
  return (
    <div className="mx-auto flex w-full max-w-5xl flex-col gap-3 p-3">
      <Link
        to={pathOf({ agentId, tab: 'decisions' })}
        search={rest}
        className="self-start text-sm text-accent hover:underline"
      >
        ← {t('back')}
      </Link>
      <Loaded query={query} lines={12}>
        {(decision) => (
          <>
            <Head decision={decision} />
            <Way decision={decision} />
            {decision.task_id !== null && <RelatedEvents taskId={decision.task_id} agentId={agentId} />}
          </>
        )}
      </Loaded>
    </div>
  )
}

function Head({ decision }: { decision: DecisionDetail }) {
  const t = useTexts(decisionTexts)
  const mayOperate = useMay('operate')
  const node = useNode(decision.agent_id)
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const isOpen = decision.status === 'pending'
  return (
    <header className="flex flex-col gap-2 rounded-lg border border-line bg-panel p-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <StatusBadge status={decision.status} />
        <SeverityBadge severity={decision.severity} />
        <Link
          to={pathOf({ agentId: decision.agent_id, tab: 'overview' })}
          className="min-w-0 truncate font-medium hover:underline"
          title={decision.agent_id}
        >
          {node?.name ?? decision.agent_id}
        </Link>
        <span className="text-sm text-soft">
          #{decision.decision_id} · {t('asked')} <Age at={decision.created_at} />
        </span>
        {isOpen && (
          <span className="text-sm font-medium text-warn">
            <TimeLeft until={decision.expires_at} over={t('over')} /> {t('left')}
          </span>
        )}
      </div>
      <h1 className="font-mono text-base font-semibold break-all">{decision.proposed_action}</h1>
      {isOpen && mayOperate && (
        <div className="flex flex-wrap items-center gap-2">
          {decision.decides_here && (
            <Button kind="primary" onClick={() => setVerdict('approve')}>
              {t('approve')}
            </Button>
          )}
          <Button kind="danger" onClick={() => setVerdict('reject')}>
            {t('reject')}
          </Button>
          {!decision.decides_here && (
            <span className="text-sm text-soft">{t('decidedElsewhere', { authority: decision.authority ?? '–' })}</span>
          )}
        </div>
      )}
      <VerdictDialog decision={decision} verdict={verdict} onClose={() => setVerdict(null)} />
    </header>
  )
}
