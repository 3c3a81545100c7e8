import { useState } from 'react'
import type { NginxOutcome, NginxSiteDetail } from '../../../contract/operations/nginx.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Drawer } from '../../ui/drawer.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { readAgain, useHostQuery, useServerPath } from '../host/use-host-query.ts'
import { EditOrVersions } from './edit-or-versions.tsx'
import { nginxTexts } from './nginx.texts.ts'

/** One site: its configuration and versions. Closing it with something unsaved asks first. */
export function SiteDrawer({ agentId, name, onClose }: { agentId: string; name: string; onClose: () => void }) {
  const t = useTexts(nginxTexts)
  const server = useServerPath(agentId)
  const [dirty, setDirty] = useState(false)
  const [asked, setAsked] = useState(false)
  const path = `nginx/sites/${encodeURIComponent(name)}`
  const query = useHostQuery<typeof NginxSiteDetail>(agentId, { section: 'nginx', path })
  return (
    <Drawer title={name} onClose={() => (dirty ? setAsked(true) : onClose())}>
      <HostLoaded query={query}>
        {(site) => (
          <EditOrVersions
            agentId={agentId}
            site={name}
            path={site.path}
            read={site}
            save={(config, etag) =>
              client.call<typeof NginxOutcome>('PUT', `${server}/${path}`, { body: { config, etag } })
            }
            onSaved={() => void readAgain(agentId, 'nginx')}
            onDirty={setDirty}
          />
        )}
      </HostLoaded>
      <ConfirmDialog
        open={asked}
        title={t('closeTitle')}
        what={t('closeWhat', { path: query.data?.path ?? name })}
        action={t('closeAction')}
        onConfirm={async () => (onClose(), null)}
        onClose={() => setAsked(false)}
      />
    </Drawer>
  )
}
