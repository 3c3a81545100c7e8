import { useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import type { Decision } from '../../../contract/decisions.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { queryKeys } from '../../live/stale-queries.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { decisionTexts } from './decisions.texts.ts'

export type Verdict = 'approve' | 'reject'

/** Asks for the reason, names what will happen on which node, and decides. */
export function VerdictDialog({
  decision,
  verdict,
  onClose,
}: {
  decision: Pick<Decision, 'decision_id' | 'agent_id' | 'proposed_action'>
  /** Null: closed. */
  verdict: Verdict | null
  onClose: () => void
}) {
  const t = useTexts(decisionTexts)
  const queries = useQueryClient()
  const [reason, setReason] = useState('')
  const approves = verdict === 'approve'
  const { decision_id: id, agent_id: node } = decision

  async function decide(): Promise<string | null> {
    if (reason.trim() === '') return t('reasonMissing')
    const outcome = await client.call<typeof Decision>('POST', `/api/v1/decisions/${id}/${verdict ?? 'reject'}`, {
      body: { reason: reason.trim() },
    })
    void queries.invalidateQueries({ queryKey: [queryKeys.decisions] })
    if (!outcome.ok) return outcome.failure.message
    toast('done', t('decided', { id, status: t(outcome.data.status) }))
    setReason('')
    return null
  }

  return (
    <ConfirmDialog
      open={verdict !== null}
      title={t(approves ? 'approveTitle' : 'rejectTitle')}
      action={t(approves ? 'approve' : 'reject')}
      danger={!approves}
      onConfirm={decide}
      onClose={onClose}
      what={
        <div className="flex flex-col gap-3">
          <p>{t(approves ? 'approveWhat' : 'rejectWhat', { node })}</p>
          <pre className="max-h-40 overflow-auto rounded-md border border-line bg-page p-2 font-mono text-xs break-all whitespace-pre-wrap">
            {decision.proposed_action}
          </pre>
          <Field label={t('reason')} hint={t('reasonHint')}>
            {(input) => (
              <Input {...input} value={reason} maxLength={1000} onChange={(event) => setReason(event.target.value)} />
            )}
          </Field>
        </div>
      }
    />
  )
}
