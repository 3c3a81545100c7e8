import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatBytes, formatNumber, formatRate, formatSpan, noFigure } from '../../lib/format.ts'
import { markOf } from '../../live/health.ts'
import { Age } from '../../ui/age.tsx'
import { StatusMark } from '../../ui/status-mark.tsx'
import { UsageBar } from '../../ui/usage-bar.tsx'
import { publicTexts } from './public.texts.ts'
import { usePublicServer } from './use-public-server.ts'
import type { PublicServerRow } from './use-public-servers.ts'

type Measured = PublicServerRow['measured']

/** One server; opened, it follows its public socket. Cards out of sight are not laid out: there may be thousands. */
export function PublicServerCard({
  server,
  isOpen,
  onToggle,
}: {
  server: PublicServerRow
  isOpen: boolean
  onToggle: () => void
}) {
  const t = useTexts(publicTexts)
  return (
    <li className="rounded-lg border border-line bg-panel [contain-intrinsic-size:auto_160px] [content-visibility:auto]">
      <button
        type="button"
        aria-expanded={isOpen}
        title={t('more', { name: server.name })}
        onClick={onToggle}
        className="flex w-full items-center gap-2 rounded-t-lg border-b border-line px-3 py-2 text-left hover:bg-hover"
      >
        <StatusMark mark={markOf(server)} />
        <span className="min-w-0 flex-1 truncate font-medium">{server.name}</span>
        <span className="text-xs text-soft">
          <Age at={server.measured?.timestamp} />
        </span>
        <span aria-hidden className="text-soft">
          {isOpen ? '▾' : '▸'}
        </span>
      </button>
      <div className="flex flex-col gap-2 p-3 text-sm">
        {isOpen ? <LiveFigures server={server} /> : <Usage server={server} measured={server.measured} />}
      </div>
    </li>
  )
}

function Usage({ server, measured }: { server: PublicServerRow; measured: Measured }) {
  const t = useTexts(publicTexts)
  if (!measured) return <p className="text-soft">{t('noData')}</p>
  const rows = [
    ['cpu', measured.cpu_usage],
    ['memory', measured.memory_percent ?? shareOf(measured.memory_used, measured.memory_total)],
    ['disk', measured.disk_percent ?? shareOf(measured.disk_used, measured.disk_total)],
  ] as const
  return rows.map(([name, percent]) => (
    <div key={name} className="grid grid-cols-[4rem_minmax(0,1fr)] items-center gap-2">
      <span className="text-soft">{t(name)}</span>
      <UsageBar percent={percent} label={t(name)} old={server.status !== 'online'} />
    </div>
  ))
}

function LiveFigures({ server }: { server: PublicServerRow }) {
  const t = useTexts(publicTexts)
  const { language } = useLanguage()
  const { measured: heard, isLive } = usePublicServer(server.id)
  const measured = heard ?? server.measured
  const of = (used: number | null | undefined, total: number | null | undefined) =>
    `${formatBytes(used)} / ${formatBytes(total)}`
  const rows = [
    [t('memory'), of(measured?.memory_used, measured?.memory_total)],
    [t('disk'), of(measured?.disk_used, measured?.disk_total)],
    [t('network'), `${formatRate(measured?.network_in)} / ${formatRate(measured?.network_out)}`],
    [
      t('load'),
      [measured?.load_avg_1, measured?.load_avg_5, measured?.load_avg_15]
        .map((load) => formatNumber(load, 2))
        .join(' '),
    ],
    [
      t('uptime'),
      typeof measured?.uptime_seconds === 'number' ? formatSpan(measured.uptime_seconds, language) : noFigure,
    ],
  ]
  return (
    <>
      <p role="status" className={isLive ? 'text-xs text-good' : 'text-xs text-warn'}>
        {isLive ? `● ${t('live')}` : `○ ${t('offline')}`} · {t('measured')} <Age at={measured?.timestamp} />
      </p>
      <Usage server={server} measured={measured} />
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-3 gap-y-1">
        {rows.map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  )
}

function shareOf(used: number | null, total: number | null): number | null {
  return used !== null && total !== null && total > 0 ? (used / total) * 100 : null
}
