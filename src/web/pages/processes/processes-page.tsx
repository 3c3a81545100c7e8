import { useMemo, useState } from 'react'
import type { HostProcess, ProcessKilled, ProcessList } from '../../../contract/operations/processes.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { formatBytes, formatPercent } from '../../lib/format.ts'
import { useMay, useNode } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Age } from '../../ui/age.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { MenuItem } from '../../ui/menu.tsx'
import { toast } from '../../ui/toast.tsx'
import { FilterBar } from '../host/filter-bar.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { hostTexts } from '../host/host.texts.ts'
import { NoMatch } from '../host/no-match.tsx'
import { RowMenu } from '../host/row-menu.tsx'
import { readAgain, useHostQuery, useServerPath } from '../host/use-host-query.ts'
import { arrangeProcesses, isSameProcess, type ProcessRow } from './arrange-processes.ts'
import { ProcessDrawer } from './process-drawer.tsx'
import { processesTexts } from './processes.texts.ts'
import { type Signal, signals } from './signals.ts'

const everyMs = 4_000
const usualSort = '-cpu'

/** What runs on a host, read anew every few seconds; one can pause it. Filter, sort and view are in the address. */
export function ProcessesPage({ agentId }: PageProps) {
  const t = useTexts(processesTexts)
  const words = useTexts(hostTexts)
  const id = agentId ?? ''
  const [search, change] = useAddress()
  const [paused, setPaused] = useState(false)
  const [chosen, setChosen] = useState<HostProcess | null>(null)
  const [asked, setAsked] = useState<{ process: HostProcess; signal: Signal } | null>(null)
  const mayOperate = useMay('operate')
  const query = useHostQuery<typeof ProcessList>(id, {
    section: 'processes',
    path: 'processes',
    everyMs: paused || asked ? false : everyMs,
  })
  const [q, sort, tree] = [search['q'] ?? '', search['sort'] ?? usualSort, search['view'] === 'tree']
  const all = query.data?.processes
  const rows = useMemo(() => arrangeProcesses(all ?? [], { q, sort, tree }), [all, q, sort, tree])
  const open = chosen && all?.find((process) => isSameProcess(process, chosen))
  const ask = mayOperate ? (process: HostProcess, signal: Signal) => setAsked({ process, signal }) : null

  return (
    <>
      <FilterBar>
        <div role="group" aria-label={t('view')} className="flex">
          <Button kind={tree ? 'quiet' : 'plain'} aria-pressed={!tree} onClick={() => change({ view: null })}>
            {t('list')}
          </Button>
          <Button kind={tree ? 'plain' : 'quiet'} aria-pressed={tree} onClick={() => change({ view: 'tree' })}>
            {t('tree')}
          </Button>
        </div>
        <Button kind="quiet" aria-pressed={paused} onClick={() => setPaused(!paused)}>
          {paused ? words('resume') : words('pause')}
        </Button>
        {query.data && (
          <span className="ml-auto text-xs text-soft">
            {t('count', { shown: rows.length, total: query.data.count })}
            {' · '}
            {words('updated')} <Age at={new Date(query.dataUpdatedAt).toISOString()} />
            {query.data.truncated && ` · ${words('truncated')}`}
          </span>
        )}
      </FilterBar>
      <HostLoaded query={query}>
        {() => (
          <DataTable
            label={t('processes')}
            columns={columnsOf(t, ask)}
            rows={rows}
            keyOf={({ process }) => String(process.pid)}
            sort={sort}
            onSort={(next) => change({ sort: next === usualSort ? null : next })}
            onOpen={({ process }) => setChosen(process)}
            empty={<NoMatch nothing={t('none')} />}
          />
        )}
      </HostLoaded>
      {open && (
        <ProcessDrawer
          process={open}
          onSignal={ask && ((signal) => ask(open, signal))}
          onClose={() => setChosen(null)}
        />
      )}
      {asked && <SignalDialog agentId={id} {...asked} onClose={() => setAsked(null)} />}
    </>
  )
}

function SignalDialog(props: { agentId: string; process: HostProcess; signal: Signal; onClose: () => void }) {
  const { agentId, process, signal, onClose } = props
  const { pid, name } = process
  const t = useTexts(processesTexts)
  const server = useServerPath(agentId)
  const host = useNode(agentId)?.name ?? agentId

  async function send(): Promise<string | null> {
    const outcome = await client.call<typeof ProcessKilled>('POST', `${server}/processes/${pid}/kill`, {
      body: { signal, create_time: process.create_time },
    })
    void readAgain(agentId, 'processes')
    if (!outcome.ok) return outcome.failure.message
    toast('done', t(outcome.data.exited ? 'exited' : 'running', { name, pid, signal }))
    return null
  }

  return (
    <ConfirmDialog
      open
      title={t('confirmTitle', { name, signal })}
      what={
        <>
          <p className="break-words">{t('confirmWhat', { host, name, pid, user: process.username, signal })}</p>
          <p className="pt-2 text-soft">{t(`confirm${signal}`)}</p>
        </>
      }
      action={t('send', { signal })}
      danger={signal !== 'HUP'}
      onConfirm={send}
      onClose={onClose}
    />
  )
}

type T = ReturnType<typeof useTexts<keyof (typeof processesTexts)['zh']>>

function columnsOf(t: T, ask: ((process: HostProcess, signal: Signal) => void) | null): Array<Column<ProcessRow>> {
  const sorted = { sortable: true } as const
  return [
    { id: 'pid', title: t('pid'), width: '5.5rem', align: 'right', ...sorted, cell: ({ process }) => process.pid },
    {
      id: 'name',
      title: t('name'),
      width: 'minmax(10rem, 1.5fr)',
      ...sorted,
      cell: ({ process, depth }) => (
        <span style={{ paddingLeft: `${Math.min(depth, 12) * 0.9}rem` }} title={process.name}>
          {depth > 0 && (
            <span aria-hidden className="pr-1 text-soft">
              └
            </span>
          )}
          {process.name}
        </span>
      ),
    },
    { id: 'user', title: t('user'), width: '7rem', ...sorted, cell: ({ process }) => process.username },
    {
      id: 'cpu',
      title: t('cpu'),
      width: '5rem',
      align: 'right',
      ...sorted,
      cell: ({ process }) => <span title={t('cpuHint')}>{formatPercent(process.cpu_percent)}</span>,
    },
    {
      id: 'memory',
      title: t('memory'),
      width: '6rem',
      align: 'right',
      ...sorted,
      cell: ({ process }) => formatBytes(process.memory_rss),
    },
    {
      id: 'started',
      title: t('started'),
      width: '7rem',
      ...sorted,
      cell: ({ process }) => <Age at={process.create_time} />,
    },
    { id: 'ports', title: t('ports'), width: '7rem', cell: ({ process }) => portsOf(process) },
    {
      id: 'cmd',
      title: t('cmd'),
      width: 'minmax(14rem, 4fr)',
      cell: ({ process }) => (
        <span className="font-mono text-xs text-soft" title={process.cmd}>
          {process.cmd}
        </span>
      ),
    },
    ...(ask
      ? [
          {
            id: 'actions',
            title: '',
            width: '3rem',
            cell: ({ process }: ProcessRow) => (
              <RowMenu name={`${process.name} (${process.pid})`}>
                {signals.map((signal) => (
                  <MenuItem key={signal} danger={signal === 'KILL'} onSelect={() => ask(process, signal)}>
                    {t(signal)}
                  </MenuItem>
                ))}
              </RowMenu>
            ),
          },
        ]
      : []),
  ]
}

const portsOf = ({ ports }: HostProcess) => [...new Set(ports.map(({ port }) => port))].join(', ')
