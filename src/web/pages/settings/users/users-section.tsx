import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTexts } from '../../../i18n/language.tsx'
import { useSession } from '../../../live/use-live.ts'
import { AddressSearch } from '../../../routes/address-search.tsx'
import { useAddress } from '../../../routes/address.ts'
import { Age } from '../../../ui/age.tsx'
import { Badge } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { type Column, DataTable } from '../../../ui/data-table.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { EmptyState, Loaded } from '../../../ui/states.tsx'
import { type Secret, SecretDialog } from '../secret-dialog.tsx'
import { settingsTexts } from '../settings.texts.ts'
import { NewUserDialog } from './new-user-dialog.tsx'
import { roleTexts } from './role.texts.ts'
import { roles } from './roles.ts'
import { UserDialog } from './user-dialog.tsx'
import { type User, usersKey, useUsers } from './users-query.ts'
import { usersTexts } from './users.texts.ts'

/** The people of this monitor: who they are, what they may, and how they get in. */
export function UsersSection() {
  const t = useTexts(usersTexts)
  const words = useTexts(settingsTexts)
  const role = useTexts(roleTexts)
  const me = useSession()?.user.username
  const queries = useQueryClient()
  const query = useUsers()
  const [search, change] = useAddress()
  const [adding, setAdding] = useState(false)
  const [showsRoles, setShowsRoles] = useState(false)
  const [secret, setSecret] = useState<Secret | null>(null)
  const chosen = query.data?.users.find((user) => String(user.user_id) === search['user'])
  const q = (search['q'] ?? '').toLowerCase()
  const reload = () => void queries.invalidateQueries({ queryKey: usersKey })
  const showPassword = (name: string, text: string) =>
    setSecret({ title: t('passwordOf', { name }), text, about: t('passwordAbout') })

  const columns: Array<Column<User>> = [
    {
      id: 'name',
      title: t('username'),
      width: 'minmax(9rem, 2fr)',
      cell: (user) => (
        <span className="flex items-center gap-2">
          <span className="truncate">{user.username}</span>
          {user.username === me && <Badge tone="accent">{t('you')}</Badge>}
        </span>
      ),
    },
    { id: 'role', title: t('role'), width: '6rem', cell: (user) => role(user.role) },
    {
      id: 'state',
      title: t('state'),
      width: '6rem',
      cell: (user) => (user.disabled ? <Badge tone="warn">{t('disabled')}</Badge> : t('active')),
    },
    {
      id: 'login',
      title: t('lastLogin'),
      width: '8rem',
      cell: (user) =>
        user.last_login ? <Age at={user.last_login} /> : <span className="text-soft">{t('never')}</span>,
    },
    { id: 'email', title: t('email'), width: 'minmax(8rem, 2fr)', cell: (user) => user.email ?? '–' },
  ]

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2">
        <AddressSearch label={words('search')} />
        <span className="flex-1" />
        <Button onClick={() => setShowsRoles(true)}>{t('roles')}</Button>
        <Button kind="primary" onClick={() => setAdding(true)}>
          {t('add')}
        </Button>
      </div>
      <Loaded query={query} lines={8}>
        {({ users }) => (
          <DataTable
            label={t('users')}
            columns={columns}
            rows={users.filter((user) => `${user.username} ${user.email ?? ''}`.toLowerCase().includes(q))}
            keyOf={(user) => String(user.user_id)}
            onOpen={(user) => change({ user: String(user.user_id) })}
            empty={<EmptyState title={t('none')} />}
          />
        )}
      </Loaded>
      {adding && (
        <NewUserDialog
          onClose={() => setAdding(false)}
          onCreated={(name, password) => {
            setAdding(false)
            reload()
            showPassword(name, password)
          }}
        />
      )}
      {chosen && (
        <UserDialog
          key={chosen.user_id}
          user={chosen}
          isMe={chosen.username === me}
          onClose={() => change({ user: null })}
          onChanged={reload}
          onPassword={showPassword}
        />
      )}
      <Dialog open={showsRoles} onClose={() => setShowsRoles(false)} title={role('title')}>
        <dl className="flex flex-col gap-3 text-sm">
          {roles.map((name) => (
            <div key={name}>
              <dt className="font-medium">
                {role(name)} <code className="text-xs text-soft">{name}</code>
              </dt>
              <dd className="text-soft">{role(`${name}May`)}</dd>
            </div>
          ))}
        </dl>
      </Dialog>
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </div>
  )
}
