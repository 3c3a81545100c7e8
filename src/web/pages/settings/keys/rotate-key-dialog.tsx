import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { ApiKeyCreated } from '../../../../contract/auth.ts'
import type { NodeDetail } from '../../../../contract/cluster.ts'
import { client } from '../../../app-state.ts'
import { useTexts } from '../../../i18n/language.tsx'
import { queryKeys } from '../../../live/stale-queries.ts'
import { useNode } from '../../../live/use-live.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { Field, Select } from '../../../ui/field.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { toast } from '../../../ui/toast.tsx'
import { Form } from '../../../ui/form.tsx'
import { SecretDialog } from '../secret-dialog.tsx'
import { useTask } from '../../../ui/use-task.ts'
import { type Key, keysKey, useKeys } from './keys-query.ts'
import { keysTexts } from './keys.texts.ts'

const path = '/api/v1/auth/api-keys'
const graces = { now: 0, tenMinutes: 600, hour: 3600, day: 86_400 } as const
type Grace = keyof typeof graces
const graceNames = Object.keys(graces) as Grace[]

/** A new key for a node in place of those it has; shown once. A node further down is sent on to the monitor that has its keys. */
export function RotateKeyDialog({ agentId, onClose }: { agentId: string; onClose: () => void }) {
  const t = useTexts(keysTexts)
  const node = useNode(agentId)
  const isFar = (node?.depth ?? 1) > 1
  const query = useKeys(agentId)
  const [secret, setSecret] = useState<string | null>(null)
  const title = `${t('rotate')}: ${node?.name ?? agentId}`

  if (secret !== null) {
    const about = (
      <>
        <p>{t('useIt')}</p>
        <p>
          {t('rejoin')}{' '}
          <Link to="/settings/$section" params={{ section: 'join' }} className="text-accent underline">
            →
          </Link>
        </p>
      </>
    )
    return <SecretDialog secret={{ title: t('keyOf', { node: agentId }), text: secret, about }} onClose={onClose} />
  }
  return (
    <Dialog open title={title} onClose={onClose}>
      {node?.depth === 0 ? (
        <p className="text-sm">{t('ownKey')}</p>
      ) : (
        <Loaded query={query} lines={4}>
          {({ keys }) => {
            const good = keys.filter(({ status }) => status === 'active')
            return isFar && good.length === 0 ? (
              <Elsewhere agentId={agentId} parentId={node?.parent_id ?? ''} />
            ) : (
              <RotateForm agentId={agentId} good={good} onRotated={setSecret} />
            )
          }}
        </Loaded>
      )}
    </Dialog>
  )
}

function RotateForm({
  agentId,
  good,
  onRotated,
}: {
  agentId: string
  good: readonly Key[]
  onRotated: (key: string) => void
}) {
  const t = useTexts(keysTexts)
  const queries = useQueryClient()
  const { busy, error, run } = useTask()
  const [grace, setGrace] = useState<Grace>('now')
  const newest = good.toSorted((a, b) => b.api_key_id - a.api_key_id)[0]

  async function rotate() {
    const made = await run(() =>
      newest
        ? client.call<typeof ApiKeyCreated>('POST', `${path}/${newest.api_key_id}/rotate`, {
            body: { grace_seconds: graces[grace] },
          })
        : client.call<typeof ApiKeyCreated>('POST', path, { body: { agent_id: agentId, name: 'rotated' } }),
    )
    if (!made) return
    toast('done', t('rotated'))
    void queries.invalidateQueries({ queryKey: keysKey })
    onRotated(made.api_key)
  }

  return (
    <Form action={t('rotate')} error={error} busy={busy} onSend={() => void rotate()}>
      <p className="text-sm">
        {newest ? t('rotateWhat', { node: agentId, count: good.length }) : t('noKeys', { node: agentId })}
      </p>
      {newest && (
        <Field label={t('grace')} hint={grace === 'now' ? <span className="text-warn">{t('nowWarning')}</span> : ''}>
          {(input) => (
            <Select<Grace>
              {...input}
              value={grace}
              options={graceNames.map((value) => ({ value, label: t(value) }))}
              onChoose={setGrace}
            />
          )}
        </Field>
      )}
      <p className="text-xs text-soft">{t('rejoin')}</p>
    </Form>
  )
}

/** Of a node further down another monitor has the keys; its dashboard is one click away where its address is known. */
function Elsewhere({ agentId, parentId }: { agentId: string; parentId: string }) {
  const t = useTexts(keysTexts)
  const query = useQuery({
    queryKey: [queryKeys.node, agentId],
    queryFn: ({ signal }) =>
      client.get<typeof NodeDetail>(`/api/v1/cluster/nodes/${encodeURIComponent(agentId)}`, {}, signal),
  })
  const url = query.data?.agent.upstream_monitor_url
  const isAddress = url !== undefined && url !== null && /^https?:\/\//.test(url)
  return (
    <div className="flex flex-col gap-2 text-sm">
      <p>{t('managedAbove', { node: agentId, parent: parentId })}</p>
      {isAddress && (
        <a href={`${url}/settings/keys?q=${encodeURIComponent(agentId)}`} className="break-all text-accent underline">
          {url}
        </a>
      )}
      <p className="text-soft">{t('managedHere')}</p>
    </div>
  )
}
