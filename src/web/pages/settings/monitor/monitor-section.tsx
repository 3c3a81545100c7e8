import { useQuery } from '@tanstack/react-query'
import type { Inspection, SelfStatus } from '../../../../contract/self.ts'
import { client } from '../../../app-state.ts'
import { useLanguage, useTexts } from '../../../i18n/language.tsx'
import { formatAge, formatBytes, formatNumber, formatSpan, formatTime, noFigure } from '../../../lib/format.ts'
import { useMay } from '../../../live/use-live.ts'
import { Button } from '../../../ui/button.tsx'
import { Panel } from '../../../ui/panel.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { StatusMark } from '../../../ui/status-mark.tsx'
import { toast } from '../../../ui/toast.tsx'
import { Facts } from '../facts.tsx'
import { useTask } from '../../../ui/use-task.ts'
import { type Judgement, judgeSelf, type Self } from './judge-self.ts'
import { monitorTexts } from './monitor.texts.ts'

const refreshMs = 10_000

/** How this monitor itself does, in plain words, and what to do where something is wrong. */
export function MonitorSection() {
  const t = useTexts(monitorTexts)
  const query = useQuery({
    queryKey: ['self'],
    queryFn: ({ signal }) => client.get<typeof SelfStatus>('/api/v1/self', {}, signal),
    refetchInterval: refreshMs,
  })
  return (
    <Loaded query={query} lines={10}>
      {(self) => (
        <div className="grid grid-cols-1 items-start gap-3 p-3 xl:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
          <Panel title={t('title')} side={<InspectButton self={self} onDone={() => void query.refetch()} />}>
            <ul className="divide-y divide-line">
              {judgeSelf(self, Date.now()).map((judgement) => (
                <PartRow key={judgement.part} judgement={judgement} self={self} />
              ))}
            </ul>
          </Panel>
          <About self={self} />
        </div>
      )}
    </Loaded>
  )
}

function PartRow({ judgement, self }: { judgement: Judgement; self: Self }) {
  const t = useTexts(monitorTexts)
  const { language } = useLanguage()
  const { part, mark, state, todo, error } = judgement
  const age = (iso: string | null | undefined) => (iso ? formatAge(iso, Date.now(), language) : noFigure)
  return (
    <li className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-2 px-3 py-2 text-sm sm:grid-cols-[1.25rem_9rem_minmax(0,1fr)]">
      <StatusMark mark={mark} className="self-start pt-0.5" />
      <span className="font-medium">{t(part)}</span>
      <div className="min-w-0 max-sm:col-start-2">
        <p className="break-words">{t(state, valuesOf(part, self, t, age))}</p>
        {error && <p className="font-mono text-xs break-all text-bad">{error}</p>}
        {todo && <p className="text-soft">{t(todo)}</p>}
      </div>
    </li>
  )
}

type T = ReturnType<typeof useTexts<keyof (typeof monitorTexts)['zh']>>

/** What the sentences of a part name. */
function valuesOf(
  part: Judgement['part'],
  self: Self,
  t: T,
  age: (iso: string | null | undefined) => string,
): Record<string, string | number> {
  const { parent, spool, monitor, last_inspection: inspection } = self
  const queues = monitor?.queues
  switch (part) {
    case 'parent':
      return { url: parent?.url ?? parent?.agent_id ?? noFigure, since: age(parent?.connected_since) }
    case 'spool':
      return { depth: spool?.depth ?? noFigure, bytes: formatBytes(spool?.bytes), since: age(spool?.oldest_at) }
    case 'probe': {
      const issues = inspection?.issues.length ?? noFigure
      return { since: age(inspection?.started_at), took: formatNumber(inspection?.took_ms), issues }
    }
    case 'database': {
      const { kind, answer_ms: ms, size_bytes: size } = monitor?.database ?? {}
      return { kind: kind ? t(kind) : noFigure, ms: formatNumber(ms), bytes: formatBytes(size) }
    }
    case 'model': {
      const { name, used_in_last_hour: used, budget_per_hour: budget, queued } = monitor?.model ?? {}
      return {
        model: name ?? noFigure,
        used: formatNumber(used),
        budget: formatNumber(budget),
        queued: formatNumber(queued),
      }
    }
    case 'decisions':
      return { count: formatNumber(queues?.decisions_pending) }
    case 'notices':
      return {
        waiting: formatNumber(queues?.notices_waiting),
        failed: formatNumber(queues?.notices_failed_last_day),
        since: age(queues?.oldest_notice_at),
      }
    case 'commands':
      return { count: formatNumber(queues?.commands_waiting) }
  }
}

function InspectButton({ self, onDone }: { self: Self; onDone: () => void }) {
  const t = useTexts(monitorTexts)
  const mayAdminister = useMay('administer')
  const { busy, error, run } = useTask()
  if (!mayAdminister || !self.parts.includes('probe')) return null
  async function inspect() {
    const done = await run(() => client.call<typeof Inspection>('POST', '/api/v1/self/inspect', { body: {} }))
    if (!done) return
    toast('done', t('inspectDone', { issues: done.issues.length }))
    onDone()
  }
  return (
    <>
      {error !== null && <span className="text-xs text-bad">{error}</span>}
      <Button small busy={busy} onClick={() => void inspect()}>
        {t('inspect')}
      </Button>
    </>
  )
}

function About({ self }: { self: Self }) {
  const t = useTexts(monitorTexts)
  const { language } = useLanguage()
  const parts = { monitor: t('monitorPart'), probe: t('probePart'), upstream: t('upstreamPart') }
  return (
    <Panel title={t('about')}>
      <div className="flex flex-col gap-3 p-3">
        <Facts
          rows={[
            [t('version'), `Cortex ${self.version}`],
            [t('agentId'), self.agent_id === self.name ? self.name : `${self.name} (${self.agent_id})`],
            [t('uid'), <code key="uid">{self.node_uid}</code>],
            [t('parts'), self.parts.map((part) => parts[part]).join(' · ')],
            ...(self.monitor?.processes
              ? [[t('processes'), <Processes key="processes" all={self.monitor.processes} />] as const]
              : []),
            [t('lineage'), [self.agent_id, ...self.lineage].join(' → ')],
            [t('started'), formatTime(self.started_at, language)],
            [t('uptime'), formatSpan(self.uptime_seconds, language)],
          ]}
        />
        <a href="/api/v1/docs" target="_blank" rel="noopener" className="text-sm text-accent underline">
          {t('docs')}
        </a>
      </div>
    </Panel>
  )
}

/** The processes of a monitor of several: the one that answered first. */
function Processes({ all }: { all: NonNullable<NonNullable<Self['monitor']>['processes']> }) {
  const t = useTexts(monitorTexts)
  return (
    <ul>
      {all.map(({ id, address, leads }, at) => {
        const marks = [...(leads ? [t('leads')] : []), ...(at === 0 ? [t('answered')] : [])]
        return (
          <li key={id}>
            <code>{address}</code> {marks.join(' · ')}
          </li>
        )
      })}
    </ul>
  )
}
