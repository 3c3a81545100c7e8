import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTexts } from '../../../i18n/language.tsx'
import { markOf } from '../../../live/health.ts'
import { useMay, useNode } from '../../../live/use-live.ts'
import { AddressSearch } from '../../../routes/address-search.tsx'
import { useAddress } from '../../../routes/address.ts'
import { Button } from '../../../ui/button.tsx'
import { CopyText } from '../../../ui/copy-text.tsx'
import { type Column, DataTable } from '../../../ui/data-table.tsx'
import { Select } from '../../../ui/field.tsx'
import { EmptyState, Loaded } from '../../../ui/states.tsx'
import { StatusMark } from '../../../ui/status-mark.tsx'
import { type Secret, SecretDialog } from '../secret-dialog.tsx'
import { settingsTexts } from '../settings.texts.ts'
import { useUsers } from '../users/users-query.ts'
import { NewServerDialog } from './new-server-dialog.tsx'
import { ServerDialog } from './server-dialog.tsx'
import { type Server, serversKey, useServers } from './servers-query.ts'
import { serversTexts } from './servers.texts.ts'

/** Servers as property: names, notes, whose they are, new ones and those that go. */
export function ServersSection() {
  const t = useTexts(serversTexts)
  const words = useTexts(settingsTexts)
  const queries = useQueryClient()
  const mayAdminister = useMay('administer')
  const query = useServers()
  const users = useUsers(mayAdminister).data?.users ?? []
  const [search, change] = useAddress()
  const [adding, setAdding] = useState(false)
  const [secret, setSecret] = useState<Secret | null>(null)
  const owner = search['owner'] ?? 'all'
  const q = (search['q'] ?? '').toLowerCase()
  const reload = () => void queries.invalidateQueries({ queryKey: serversKey })
  const nameOf = (id: number | null) =>
    id === null ? words('nobody') : (users.find((user) => user.user_id === id)?.username ?? `#${id}`)
  const isShown = (server: Server) =>
    (owner === 'all' || owner === String(server.user_id ?? 'none')) &&
    `${server.name} ${server.agent_id} ${server.tags}`.toLowerCase().includes(q)
  const chosen = query.data?.servers.find((server) => String(server.id) === search['server'])

  const columns: Array<Column<Server>> = [
    { id: 'status', title: t('status'), width: '6rem', cell: (server) => <LiveMark agentId={server.agent_id} /> },
    { id: 'name', title: words('name'), width: 'minmax(9rem, 2fr)', cell: (server) => server.name },
    ...(mayAdminister
      ? [
          {
            id: 'owner',
            title: t('owner'),
            width: 'minmax(6rem, 1fr)',
            cell: (server: Server) => nameOf(server.user_id),
          },
        ]
      : []),
    { id: 'tags', title: t('tags'), width: 'minmax(6rem, 1fr)', cell: (server) => server.tags || '–' },
    { id: 'version', title: t('version'), width: '6rem', cell: (server) => server.agent_version || '–' },
    {
      id: 'id',
      title: t('agentId'),
      width: 'minmax(8rem, 1fr)',
      cell: (server) => <span className="text-soft">{server.agent_id}</span>,
    },
  ]

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2">
        <AddressSearch label={words('search')} />
        {mayAdminister && (
          <Select
            label={t('owner')}
            value={owner}
            options={[
              { value: 'all', label: t('allOwners') },
              { value: 'none', label: words('nobody') },
              ...users.map((user) => ({ value: String(user.user_id), label: user.username })),
            ]}
            onChoose={(value) => change({ owner: value === 'all' ? null : value })}
            className="max-w-40"
          />
        )}
        <span className="flex-1" />
        <Button kind="primary" onClick={() => setAdding(true)}>
          {t('add')}
        </Button>
      </div>
      <Loaded query={query} lines={10}>
        {({ servers }) => (
          <DataTable
            label={t('servers')}
            columns={columns}
            rows={servers.filter(isShown)}
            keyOf={(server) => String(server.id)}
            onOpen={(server) => change({ server: String(server.id) })}
            empty={<EmptyState title={t(servers.length === 0 ? 'none' : 'noMatch')} />}
          />
        )}
      </Loaded>
      {adding && (
        <NewServerDialog
          onClose={() => setAdding(false)}
          onCreated={(server, text) => {
            setAdding(false)
            reload()
            setSecret({ title: t('secretOf', { name: server.name }), text, about: <HowToUse id={server.id} /> })
          }}
        />
      )}
      {chosen && (
        <ServerDialog
          key={chosen.id}
          server={chosen}
          users={users}
          onClose={() => change({ server: null })}
          onChanged={reload}
        />
      )}
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </div>
  )
}

function LiveMark({ agentId }: { agentId: string }) {
  const node = useNode(agentId)
  return node ? <StatusMark mark={markOf(node)} label /> : null
}

function HowToUse({ id }: { id: number }) {
  const t = useTexts(serversTexts)
  const command = `curl -H "X-Secret-Key: $KEY" -H "Content-Type: application/json" ${location.origin}/api/servers/${id}/monitor -d '{"cpu_usage": 12.5}'`
  return (
    <>
      <p>{t('secretAbout')}</p>
      <CopyText text={command} />
    </>
  )
}
