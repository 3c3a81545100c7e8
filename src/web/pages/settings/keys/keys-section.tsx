import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTexts } from '../../../i18n/language.tsx'
import { AddressSearch } from '../../../routes/address-search.tsx'
import { useAddress } from '../../../routes/address.ts'
import { Age } from '../../../ui/age.tsx'
import { Badge, type Tone } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { type Column, DataTable } from '../../../ui/data-table.tsx'
import { Select } from '../../../ui/field.tsx'
import { EmptyState, Loaded } from '../../../ui/states.tsx'
import { type Secret, SecretDialog } from '../secret-dialog.tsx'
import { settingsTexts } from '../settings.texts.ts'
import { KeyDialog } from './key-dialog.tsx'
import { type Key, keysKey, useKeys } from './keys-query.ts'
import { keysTexts } from './keys.texts.ts'
import { NewKeyDialog } from './new-key-dialog.tsx'

const tones: Record<Key['status'], Tone> = { active: 'good', expired: 'warn', revoked: 'plain' }
const states = ['active', 'expired', 'revoked', 'all'] as const
type State = (typeof states)[number]

/** The keys by which nodes speak: which there are, new ones, rotating and revoking. */
export function KeysSection() {
  const t = useTexts(keysTexts)
  const words = useTexts(settingsTexts)
  const queries = useQueryClient()
  const query = useKeys(null)
  const [search, change] = useAddress()
  const [adding, setAdding] = useState(false)
  const [secret, setSecret] = useState<Secret | null>(null)
  const state = states.find((each) => each === search['state']) ?? 'active'
  const q = (search['q'] ?? '').toLowerCase()
  const chosen = query.data?.keys.find((key) => String(key.api_key_id) === search['key'])
  const isShown = (key: Key) =>
    (state === 'all' || key.status === state) && `${key.agent_id} ${key.name}`.toLowerCase().includes(q)

  const columns: Array<Column<Key>> = [
    { id: 'node', title: t('node'), width: 'minmax(9rem, 2fr)', cell: (key) => key.agent_id },
    { id: 'name', title: t('name'), width: 'minmax(8rem, 2fr)', cell: (key) => key.name },
    {
      id: 'state',
      title: t('state'),
      width: '6rem',
      cell: (key) => <Badge tone={tones[key.status]}>{t(key.status)}</Badge>,
    },
    { id: 'created', title: t('created'), width: '8rem', cell: (key) => <Age at={key.created_at} /> },
    {
      id: 'ends',
      title: t('ends'),
      width: '8rem',
      cell: (key) => (key.expires_at === null ? t('endless') : new Date(key.expires_at).toLocaleDateString()),
    },
  ]

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2">
        <AddressSearch label={words('search')} />
        <Select<State>
          label={t('state')}
          value={state}
          options={states.map((value) => ({ value, label: t(value === 'all' ? 'allStates' : value) }))}
          onChoose={(value) => change({ state: value === 'active' ? null : value })}
        />
        <span className="flex-1" />
        <Button kind="primary" onClick={() => setAdding(true)}>
          {t('add')}
        </Button>
      </div>
      <Loaded query={query} lines={10}>
        {({ keys, total }) => (
          <>
            {total > keys.length && (
              <p className="px-3 py-1 text-xs text-warn">{words('tooMany', { shown: keys.length, total })}</p>
            )}
            <DataTable
              label={t('keys')}
              columns={columns}
              rows={keys.filter(isShown)}
              keyOf={(key) => String(key.api_key_id)}
              onOpen={(key) => change({ key: String(key.api_key_id) })}
              empty={<EmptyState title={t(keys.length === 0 ? 'none' : 'noMatch')} />}
            />
          </>
        )}
      </Loaded>
      {adding && (
        <NewKeyDialog
          onClose={() => setAdding(false)}
          onCreated={(node, text) => {
            setAdding(false)
            void queries.invalidateQueries({ queryKey: keysKey })
            setSecret({ title: t('keyOf', { node }), text, about: t('useIt') })
          }}
        />
      )}
      {chosen && <KeyDialog key={chosen.api_key_id} apiKey={chosen} onClose={() => change({ key: null })} />}
      <SecretDialog secret={secret} onClose={() => setSecret(null)} />
    </div>
  )
}
