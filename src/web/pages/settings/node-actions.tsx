import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { useNode } from '../../live/use-live.ts'
import { pathOf } from '../../routes/address.ts'
import { Button } from '../../ui/button.tsx'
import { keysTexts } from './keys/keys.texts.ts'
import { RotateKeyDialog } from './keys/rotate-key-dialog.tsx'
import { RemoveNodeDialog } from './servers/remove-node-dialog.tsx'
import { serversTexts } from './servers/servers.texts.ts'

/** What an admin does to a node as a member of the tree; not to this monitor itself. */
export function NodeActions({ agentId }: { agentId: string }) {
  const keys = useTexts(keysTexts)
  const servers = useTexts(serversTexts)
  const navigate = useNavigate()
  const node = useNode(agentId)
  const [asking, setAsking] = useState<'rotate' | 'remove' | null>(null)
  if (!node || node.depth === 0) return null
  return (
    <span className="ml-auto flex gap-2">
      <Button small onClick={() => setAsking('rotate')}>
        {keys('rotate')}
      </Button>
      <Button small kind="danger" onClick={() => setAsking('remove')}>
        {servers('remove')}
      </Button>
      {asking === 'rotate' && <RotateKeyDialog agentId={agentId} onClose={() => setAsking(null)} />}
      {asking === 'remove' && (
        <RemoveNodeDialog
          agentId={agentId}
          name={node.name}
          onClose={() => setAsking(null)}
          onRemoved={() => void navigate({ to: pathOf({ agentId: null, tab: 'nodes' }) })}
        />
      )}
    </span>
  )
}
