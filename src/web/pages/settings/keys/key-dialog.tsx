import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../app-state.ts'
import { useLanguage, useTexts } from '../../../i18n/language.tsx'
import { formatTime } from '../../../lib/format.ts'
import { Button } from '../../../ui/button.tsx'
import { ConfirmDialog } from '../../../ui/confirm-dialog.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { toast } from '../../../ui/toast.tsx'
import { Facts } from '../facts.tsx'
import { type Key, keysKey } from './keys-query.ts'
import { keysTexts } from './keys.texts.ts'
import { RotateKeyDialog } from './rotate-key-dialog.tsx'

/** One key: never the key itself, but what it is and how it ends. */
export function KeyDialog({ apiKey, onClose }: { apiKey: Key; onClose: () => void }) {
  const t = useTexts(keysTexts)
  const { language } = useLanguage()
  const queries = useQueryClient()
  const [asking, setAsking] = useState<'rotate' | 'revoke' | null>(null)
  const { api_key_id: id, agent_id: node, name } = apiKey
  const time = (iso: string | null, none: string) => (iso === null ? none : formatTime(iso, language))

  async function revoke(): Promise<string | null> {
    const outcome = await client.call('DELETE', `/api/v1/auth/api-keys/${id}`)
    if (!outcome.ok) return outcome.failure.message
    toast('done', t('revokedDone'))
    void queries.invalidateQueries({ queryKey: keysKey })
    onClose()
    return null
  }

  if (asking === 'rotate') return <RotateKeyDialog agentId={node} onClose={onClose} />
  return (
    <Dialog open title={name} onClose={onClose}>
      <Facts
        rows={[
          [t('node'), node],
          [t('id'), id],
          [t('state'), t(apiKey.status)],
          [t('created'), time(apiKey.created_at, '')],
          [t('ends'), time(apiKey.revoked_at ?? apiKey.expires_at, t('endless'))],
        ]}
      />
      {apiKey.status === 'active' && (
        <div className="flex flex-wrap justify-end gap-2">
          <Button kind="danger" onClick={() => setAsking('revoke')}>
            {t('revoke')}
          </Button>
          <Button kind="primary" onClick={() => setAsking('rotate')}>
            {t('rotate')}
          </Button>
        </div>
      )}
      <ConfirmDialog
        open={asking === 'revoke'}
        title={t('revoke')}
        what={t('revokeWhat', { node, name, id })}
        action={t('revoke')}
        onConfirm={revoke}
        onClose={() => setAsking(null)}
      />
    </Dialog>
  )
}
