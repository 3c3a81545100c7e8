import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { Job, JobLine } from '../../../contract/operations/jobs.ts'
import { client, followServer } from '../../app-state.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatSpan, noFigure } from '../../lib/format.ts'
import { useMay, useNode } from '../../live/use-live.ts'
import { Age } from '../../ui/age.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { toast } from '../../ui/toast.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { readAgain, useHostQuery, useServerPath } from '../host/use-host-query.ts'
import { isUnderWay, jobTones, kindText, lineOf, mergeLines, tookSeconds } from './job-view.ts'
import { jobsTexts } from './jobs.texts.ts'

/** Told live; this is only for what the socket may miss. */
const everyMs = 3_000

/** One job of a host while it works and after: what it says, what came of it, and how to stop it. */
export function JobDrawer({ agentId, jobId, onClose }: { agentId: string; jobId: string; onClose: () => void }) {
  const t = useTexts(jobsTexts)
  const { language } = useLanguage()
  const mayOperate = useMay('operate')
  const [asked, setAsked] = useState(false)
  const [underWay, setUnderWay] = useState(true)
  const query = useHostQuery<typeof Job>(agentId, {
    section: 'jobs',
    path: `jobs/${encodeURIComponent(jobId)}`,
    everyMs: underWay ? everyMs : false,
  })
  const job = query.data
  const state = job?.state
  useEffect(() => setUnderWay(state === undefined || isUnderWay(state)), [state])
  const { lines, lost } = useLiveLines(agentId, jobId, underWay)
  const server = useServerPath(agentId)

  async function cancel(): Promise<string | null> {
    const outcome = await client.call<typeof Job>('POST', `${server}/jobs/${encodeURIComponent(jobId)}/cancel`)
    void readAgain(agentId, 'jobs')
    if (!outcome.ok) return outcome.failure.message
    toast('done', t('cancelDone'))
    return null
  }

  return (
    <Drawer
      title={job ? `${kindText(t, job.kind)} · ${job.resource}` : t('jobs')}
      onClose={onClose}
      side={
        mayOperate &&
        job &&
        isUnderWay(job.state) && (
          <Button small kind="danger" onClick={() => setAsked(true)}>
            {t('cancel')}
          </Button>
        )
      }
    >
      <HostLoaded query={query}>
        {(found) => {
          const took = tookSeconds(found, Date.now())
          return (
            <div className="flex min-h-0 flex-1 flex-col gap-3 p-4">
              <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-soft">
                <Badge tone={jobTones[found.state]}>{t(found.state)}</Badge>
                <span>{found.created_by}</span>
                <Age at={found.created_at} />
                <span>
                  {t('took')} {took === null ? noFigure : formatSpan(took, language)}
                </span>
              </p>
              {found.error && (
                <p
                  role="alert"
                  className="rounded-md bg-bad-ground p-3 text-sm break-words whitespace-pre-wrap text-bad"
                >
                  <strong className="block font-semibold">{t('error')}</strong>
                  {found.error[language]}
                </p>
              )}
              {lost && isUnderWay(found.state) && (
                <p role="status" className="text-xs text-warn">
                  {t('lost')}
                </p>
              )}
              <Lines lines={mergeLines(found.progress, lines)} dropped={found.lines_dropped} />
              {found.result && (
                <section className="flex max-h-48 shrink-0 flex-col gap-1">
                  <h3 className="text-xs text-soft">{t('result')}</h3>
                  <pre className="overflow-auto rounded-md border border-line bg-page p-2 font-mono text-xs whitespace-pre-wrap">
                    {JSON.stringify(found.result, null, 2)}
                  </pre>
                </section>
              )}
            </div>
          )
        }}
      </HostLoaded>
      {job && (
        <ConfirmDialog
          open={asked}
          title={t('cancelTitle')}
          what={t('cancelWhat', { kind: kindText(t, job.kind), resource: job.resource })}
          action={t('cancel')}
          onConfirm={cancel}
          onClose={() => setAsked(false)}
        />
      )}
    </Drawer>
  )
}

/** What the job says, in a box that stays at its end while one is there. */
function Lines({ lines, dropped }: { lines: readonly JobLine[]; dropped: number }) {
  const t = useTexts(jobsTexts)
  const box = useRef<HTMLDivElement>(null)
  const follows = useRef(true)
  useLayoutEffect(() => {
    const element = box.current
    if (element && follows.current) element.scrollTop = element.scrollHeight
  }, [lines])
  return (
    <section className="flex min-h-0 flex-1 flex-col gap-1">
      <h3 className="text-xs text-soft">{t('progress')}</h3>
      <div
        ref={box}
        role="log"
        aria-label={t('progress')}
        tabIndex={0}
        onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
          follows.current = scrollHeight - scrollTop - clientHeight < 24
        }}
        className="min-h-32 flex-1 overflow-auto rounded-md border border-line bg-page p-2 font-mono text-xs whitespace-pre-wrap"
      >
        {dropped > 0 && <p className="text-soft">{t('dropped', { count: dropped })}</p>}
        {lines.length === 0 && <p className="text-soft">{t('noProgress')}</p>}
        {lines.map(({ seq, line }) => (
          <div key={seq} className="break-words">
            {line}
          </div>
        ))}
      </div>
    </section>
  )
}

/** Lines as the host says them, while the job is under way. */
function useLiveLines(agentId: string, jobId: string, underWay: boolean) {
  const serverId = useNode(agentId)?.server_id
  const [lines, setLines] = useState<readonly JobLine[]>([])
  const [lost, setLost] = useState(false)
  useEffect(() => {
    if (serverId === undefined || !underWay) return undefined
    return followServer(serverId, {
      opened(ask) {
        setLost(false)
        ask('job_watch', { job_id: jobId })
      },
      message(type, data) {
        if (type !== 'job_progress' || data['job_id'] !== jobId) return
        const line = lineOf(data)
        if (line) setLines((known) => mergeLines(known, [line]))
        else void readAgain(agentId, 'jobs')
      },
      lost: () => setLost(true),
    })
  }, [serverId, agentId, jobId, underWay])
  return { lines, lost }
}
