import { useState } from 'react'
import type { AuditVerdictAnswer } from '../../../contract/audit.ts'
import { failureOf } from '../../api/client.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { auditTexts } from './audit.texts.ts'
import { type Verified, verifyLog } from './verify-log.ts'

type State =
  | { name: 'running'; entries: number }
  | { name: 'done'; verified: Verified }
  | { name: 'failed'; why: string }

/** Checks every seal of this monitor's log, and says what came of it. */
export function VerifyButton() {
  const t = useTexts(auditTexts)
  const [state, setState] = useState<State | null>(null)
  const isRunning = state?.name === 'running'

  async function run() {
    setState({ name: 'running', entries: 0 })
    try {
      const verified = await verifyLog(
        (afterId) => client.get<typeof AuditVerdictAnswer>('/api/v1/audit/verify', { after_id: afterId }),
        (entries) => setState({ name: 'running', entries }),
      )
      setState({ name: 'done', verified })
    } catch (error) {
      setState({ name: 'failed', why: failureOf(error).message })
    }
  }

  return (
    <>
      <Button busy={isRunning} onClick={() => void run()}>
        {isRunning && state.entries > 0 ? t('verifying', { entries: state.entries }) : t('verify')}
      </Button>
      <Dialog open={state !== null && !isRunning} onClose={() => setState(null)} title={t('verify')}>
        {state?.name === 'failed' && (
          <p role="alert" className="text-sm break-words text-bad">
            {state.why}
          </p>
        )}
        {state?.name === 'done' && <Result verified={state.verified} />}
      </Dialog>
    </>
  )
}

function Result({ verified: { intact, entries, brokenAt, hash } }: { verified: Verified }) {
  const t = useTexts(auditTexts)
  return (
    <>
      <p role="status" className={intact ? 'text-sm text-good' : 'text-sm font-medium text-bad'}>
        {intact ? `✓ ${t('intact', { entries })}` : `◆ ${t('broken', { id: brokenAt ?? '–' })}`}
      </p>
      <h3 className="text-xs text-soft">{t('head')}</h3>
      <CopyText text={hash} />
    </>
  )
}
