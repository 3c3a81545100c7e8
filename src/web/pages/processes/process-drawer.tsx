import type { ReactNode } from 'react'
import type { HostProcess } from '../../../contract/operations/processes.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatBytes, formatPercent, formatTime } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { CopyText } from '../../ui/copy-text.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { processesTexts } from './processes.texts.ts'
import { type Signal, signals } from './signals.ts'

/** Everything the host says of one process, growing while one looks; and the signals one may send. */
export function ProcessDrawer({
  process,
  onSignal,
  onClose,
}: {
  process: HostProcess
  /** Null: this person may not. */
  onSignal: ((signal: Signal) => void) | null
  onClose: () => void
}) {
  const t = useTexts(processesTexts)
  const { language } = useLanguage()
  return (
    <Drawer title={`${process.name} · ${process.pid}`} onClose={onClose}>
      <div className="flex flex-col gap-4 overflow-y-auto p-4">
        <dl className="grid grid-cols-2 gap-3 text-sm sm:grid-cols-3">
          <Fact label={t('pid')}>{process.pid}</Fact>
          <Fact label={t('ppid')}>{process.ppid}</Fact>
          <Fact label={t('user')}>{process.username}</Fact>
          <Fact label={t('status')}>{t(`state_${process.status}`)}</Fact>
          <Fact label={t('cpu')}>{formatPercent(process.cpu_percent)}</Fact>
          <Fact label={t('memory')}>{formatBytes(process.memory_rss)}</Fact>
          <Fact label={t('started')}>{formatTime(process.create_time, language)}</Fact>
          <Fact label={t('listening')}>
            {process.ports.map(({ protocol, address, port }) => (
              <span key={`${protocol} ${address} ${port}`} className="block font-mono text-xs">
                {protocol} {address.includes(':') ? `[${address}]` : address}:{port}
              </span>
            ))}
            {process.ports.length === 0 && '–'}
          </Fact>
        </dl>
        <section className="flex flex-col gap-1">
          <h3 className="text-xs text-soft">{t('cmd')}</h3>
          {process.cmd === '' ? <p className="text-sm text-soft">{t('kernel')}</p> : <CopyText text={process.cmd} />}
        </section>
        {onSignal && (
          <section className="flex flex-col gap-2">
            <h3 className="text-xs text-soft">{t('signal')}</h3>
            <div className="flex flex-wrap gap-2">
              {signals.map((signal) => (
                <Button key={signal} kind={signal === 'KILL' ? 'danger' : 'plain'} onClick={() => onSignal(signal)}>
                  {t(signal)}
                </Button>
              ))}
            </div>
          </section>
        )}
      </div>
    </Drawer>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-soft">{label}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  )
}
