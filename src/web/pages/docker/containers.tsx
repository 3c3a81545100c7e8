import { useMemo, useState } from 'react'
import type { Container, ContainerAnswer } from '../../../contract/operations/docker.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useMay } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import { matches } from '../../shell/matches.ts'
import { Age } from '../../ui/age.tsx'
import { Badge } from '../../ui/badge.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { MenuItem } from '../../ui/menu.tsx'
import { toast } from '../../ui/toast.tsx'
import { FilterBar } from '../host/filter-bar.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { hostTexts } from '../host/host.texts.ts'
import { NoMatch } from '../host/no-match.tsx'
import { RowMenu } from '../host/row-menu.tsx'
import { useHostQuery } from '../host/use-host-query.ts'
import { ContainerDialog, useContainerAct } from './container-dialog.tsx'
import { ContainerDrawer } from './container-drawer.tsx'
import { type ContainerVerb, portTexts, stateText, stateTone, verbsFor } from './container-view.ts'
import { type DockerT, dockerTexts } from './docker.texts.ts'

const everyMs = 5_000

/** The containers of a host, read anew every few seconds; the open one is in the address. */
export function Containers({ agentId }: { agentId: string }) {
  const t = useTexts(dockerTexts)
  const words = useTexts(hostTexts)
  const [search, change] = useAddress()
  const mayOperate = useMay('operate')
  const run = useContainerAct(agentId)
  const [asked, setAsked] = useState<{ container: Container; verb: 'stop' | 'restart' | 'delete' } | null>(null)
  const query = useHostQuery<typeof ContainerAnswer>(agentId, {
    section: 'docker',
    path: 'docker/containers',
    everyMs,
  })
  const all = query.data?.containers
  const q = search['q'] ?? ''
  const rows = useMemo(
    () =>
      (all ?? []).filter((container) =>
        matches(
          q,
          `${container.name} ${container.image} ${container.state} ${container.compose_project ?? ''} ${container.id}`,
        ),
      ),
    [all, q],
  )
  const open = all?.find(({ id, name }) => id === search['container'] || name === search['container'])

  function act(container: Container, verb: ContainerVerb): void {
    if (verb !== 'start') return setAsked({ container, verb })
    void run('start', container).then((error) => error !== null && toast('failed', error))
  }

  return (
    <>
      <FilterBar>{query.data?.truncated && <span className="text-xs text-soft">{words('truncated')}</span>}</FilterBar>
      <HostLoaded query={query} explain={{ DOCKER_UNAVAILABLE: t('noEngine') }}>
        {() => (
          <DataTable
            label={t('containers')}
            columns={columnsOf(t, mayOperate ? act : null)}
            rows={rows}
            keyOf={({ id }) => id}
            onOpen={({ name }) => change({ container: name })}
            empty={<NoMatch nothing={t('noContainers')} />}
          />
        )}
      </HostLoaded>
      {open && (
        <ContainerDrawer
          agentId={agentId}
          container={open}
          onAct={(verb) => act(open, verb)}
          onClose={() => change({ container: null })}
        />
      )}
      {asked && <ContainerDialog agentId={agentId} {...asked} onClose={() => setAsked(null)} />}
    </>
  )
}

function columnsOf(
  t: DockerT,
  act: ((container: Container, verb: ContainerVerb) => void) | null,
): Array<Column<Container>> {
  return [
    {
      id: 'state',
      title: t('state'),
      width: '6.5rem',
      cell: ({ state }) => <Badge tone={stateTone(state)}>{stateText(t, state)}</Badge>,
    },
    { id: 'name', title: t('name'), width: 'minmax(10rem, 2fr)', cell: ({ name }) => <span title={name}>{name}</span> },
    {
      id: 'image',
      title: t('image'),
      width: 'minmax(9rem, 2fr)',
      cell: ({ image }) => <span title={image}>{image}</span>,
    },
    {
      id: 'status',
      title: t('status'),
      width: 'minmax(9rem, 1fr)',
      cell: ({ status }) => <span className="text-soft">{status}</span>,
    },
    {
      id: 'ports',
      title: t('ports'),
      width: 'minmax(8rem, 1fr)',
      cell: ({ ports }) => portTexts(ports).join(', ') || '–',
    },
    { id: 'project', title: t('project'), width: '8rem', cell: (container) => container.compose_project ?? '–' },
    { id: 'created', title: t('created'), width: '7rem', cell: ({ created }) => <Age at={created} /> },
    ...(act
      ? [
          {
            id: 'actions',
            title: '',
            width: '3rem',
            cell: (container: Container) => (
              <RowMenu name={container.name}>
                {verbsFor(container.state).map((verb) => (
                  <MenuItem key={verb} danger={verb === 'delete'} onSelect={() => act(container, verb)}>
                    {t(verb)}
                  </MenuItem>
                ))}
              </RowMenu>
            ),
          },
        ]
      : []),
  ]
}
