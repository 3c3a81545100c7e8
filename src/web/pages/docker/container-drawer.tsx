import type { ReactNode } from 'react'
import type { Container } from '../../../contract/operations/docker.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatTime } from '../../lib/format.ts'
import { useMay } from '../../live/use-live.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { type ContainerVerb, portTexts, shortId, stateText, stateTone, verbsFor } from './container-view.ts'
import { dockerTexts } from './docker.texts.ts'
import { LogView } from './log-view.tsx'

/** One container: its state, what it is made of, its logs as they are written, and what one may do with it. */
export function ContainerDrawer(props: {
  agentId: string
  container: Container
  onAct: (verb: ContainerVerb) => void
  onClose: () => void
}) {
  const { agentId, container, onAct, onClose } = props
  const t = useTexts(dockerTexts)
  const { language } = useLanguage()
  const mayOperate = useMay('operate')
  return (
    <Drawer
      title={container.name}
      onClose={onClose}
      side={
        mayOperate &&
        verbsFor(container.state).map((verb) => (
          <Button key={verb} small kind={verb === 'delete' ? 'danger' : 'plain'} onClick={() => onAct(verb)}>
            {t(verb)}
          </Button>
        ))
      }
    >
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-line px-4 py-2 text-sm">
        <Badge tone={stateTone(container.state)}>{stateText(t, container.state)}</Badge>
        <span className="text-soft">{container.status}</span>
        <span className="min-w-0 break-all">{container.image}</span>
      </div>
      <details className="max-h-[40vh] shrink-0 overflow-y-auto border-b border-line px-4 py-2 text-sm">
        <summary className="text-soft">{t('details')}</summary>
        <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1 pt-2">
          <Fact label={t('id')}>{shortId(container.id)}</Fact>
          <Fact label={t('created')}>{formatTime(container.created, language)}</Fact>
          <Fact label={t('command')}>{container.command}</Fact>
          <Fact label={t('ports')}>{portTexts(container.ports).join(', ') || '–'}</Fact>
          <Fact label={t('mounts')}>
            {container.mounts.length === 0 && '–'}
            {container.mounts.map(({ source, destination, rw }) => (
              <span key={destination} className="block">
                {source} → {destination}
                {!rw && ` (${t('readOnly')})`}
              </span>
            ))}
          </Fact>
          <Fact label={t('labels')}>
            {Object.keys(container.labels).length === 0 && '–'}
            {Object.entries(container.labels).map(([name, value]) => (
              <span key={name} className="block">
                {name}={value}
              </span>
            ))}
          </Fact>
        </dl>
      </details>
      {mayOperate ? (
        <LogView agentId={agentId} containerId={container.id} />
      ) : (
        <p className="p-4 text-sm text-soft">{t('logsNeed')}</p>
      )}
    </Drawer>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{label}</dt>
      <dd className="font-mono text-xs leading-5 break-all">{children}</dd>
    </>
  )
}
