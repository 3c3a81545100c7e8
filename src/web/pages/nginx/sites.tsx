import { useMemo, useState } from 'react'
import type { NginxOutcome, NginxSite, NginxSites } from '../../../contract/operations/nginx.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useMay, useNode } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import { matches } from '../../shell/matches.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { MenuItem } from '../../ui/menu.tsx'
import { toast } from '../../ui/toast.tsx'
import { FilterBar } from '../host/filter-bar.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { NoMatch } from '../host/no-match.tsx'
import { RowMenu } from '../host/row-menu.tsx'
import { readAgain, useHostQuery, useServerPath } from '../host/use-host-query.ts'
import { CreateSite } from './create-site.tsx'
import { type NginxT, nginxTexts } from './nginx.texts.ts'
import { SiteDrawer } from './site-drawer.tsx'

type Verb = 'enable' | 'disable' | 'delete'
const verbsOf = (site: NginxSite): readonly Verb[] => [site.enabled ? 'disable' : 'enable', 'delete']

/** The sites of a host's nginx; the open one is in the address. */
export function Sites({ agentId }: { agentId: string }) {
  const t = useTexts(nginxTexts)
  const [search, change] = useAddress()
  const mayOperate = useMay('operate')
  const [creating, setCreating] = useState(false)
  const [asked, setAsked] = useState<{ site: NginxSite; verb: Verb } | null>(null)
  const query = useHostQuery<typeof NginxSites>(agentId, { section: 'nginx', path: 'nginx/sites' })
  const all = query.data?.sites
  const q = search['q'] ?? ''
  const rows = useMemo(
    () => (all ?? []).filter((site) => matches(q, `${site.name} ${site.server_names.join(' ')} ${site.path}`)),
    [all, q],
  )
  return (
    <>
      <FilterBar>
        {mayOperate && (
          <Button className="ml-auto" onClick={() => setCreating(true)}>
            {t('create')}
          </Button>
        )}
      </FilterBar>
      <HostLoaded query={query}>
        {() => (
          <DataTable
            label={t('sites')}
            columns={columnsOf(t, mayOperate ? (site, verb) => setAsked({ site, verb }) : null)}
            rows={rows}
            keyOf={({ name }) => name}
            {...(mayOperate ? { onOpen: ({ name }: NginxSite) => change({ site: name }) } : {})}
            empty={<NoMatch nothing={t('noSites')} />}
          />
        )}
      </HostLoaded>
      {mayOperate && search['site'] && (
        <SiteDrawer
          key={search['site']}
          agentId={agentId}
          name={search['site']}
          onClose={() => change({ site: null })}
        />
      )}
      {creating && <CreateSite agentId={agentId} onClose={() => setCreating(false)} />}
      {asked && <SiteDialog agentId={agentId} {...asked} onClose={() => setAsked(null)} />}
    </>
  )
}

function SiteDialog(props: { agentId: string; site: NginxSite; verb: Verb; onClose: () => void }) {
  const { agentId, site, verb, onClose } = props
  const { name, path } = site
  const t = useTexts(nginxTexts)
  const server = useServerPath(agentId)
  const host = useNode(agentId)?.name ?? agentId
  const names = site.server_names.join(', ') || name

  async function act(): Promise<string | null> {
    const address = `${server}/nginx/sites/${encodeURIComponent(name)}`
    const outcome = await (verb === 'delete'
      ? client.call<typeof NginxOutcome>('DELETE', address)
      : client.call<typeof NginxOutcome>('POST', `${address}/${verb}`))
    void readAgain(agentId, 'nginx')
    if (!outcome.ok) return outcome.failure.message
    toast('done', t(`${verb}Done`, { name }))
    return null
  }

  return (
    <ConfirmDialog
      open
      title={t(`${verb}Title`, { name })}
      what={<p className="break-words">{t(`${verb}What`, { host, names, path })}</p>}
      action={t(verb)}
      danger={verb !== 'enable'}
      onConfirm={act}
      onClose={onClose}
    />
  )
}

function columnsOf(t: NginxT, ask: ((site: NginxSite, verb: Verb) => void) | null): Array<Column<NginxSite>> {
  return [
    {
      id: 'state',
      title: t('state'),
      width: '6.5rem',
      cell: ({ enabled }) => <Badge tone={enabled ? 'good' : 'plain'}>{t(enabled ? 'enabled' : 'disabled')}</Badge>,
    },
    { id: 'name', title: t('name'), width: 'minmax(9rem, 1fr)', cell: ({ name }) => name },
    {
      id: 'names',
      title: t('names'),
      width: 'minmax(12rem, 2fr)',
      cell: ({ server_names: names }) => <span title={names.join('\n')}>{names.join(', ') || '–'}</span>,
    },
    { id: 'listen', title: t('listen'), width: 'minmax(9rem, 1fr)', cell: ({ listen }) => listen.join(', ') || '–' },
    { id: 'ssl', title: 'TLS', width: '4rem', cell: ({ ssl }) => (ssl ? '✓' : '–') },
    {
      id: 'path',
      title: t('path'),
      width: 'minmax(12rem, 2fr)',
      cell: ({ path }) => (
        <span className="font-mono text-xs text-soft" title={path}>
          {path}
        </span>
      ),
    },
    ...(ask
      ? [
          {
            id: 'actions',
            title: '',
            width: '3rem',
            cell: (site: NginxSite) => (
              <RowMenu name={site.name}>
                {verbsOf(site).map((verb) => (
                  <MenuItem key={verb} danger={verb === 'delete'} onSelect={() => ask(site, verb)}>
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
