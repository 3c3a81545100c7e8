import type { NginxOutcome, NginxSiteDetail } from '../../../contract/operations/nginx.ts'
import { client } from '../../app-state.ts'
import { Drawer } from '../../ui/drawer.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { readAgain, useHostQuery, useServerPath } from '../host/use-host-query.ts'
import { EditOrVersions } from './edit-or-versions.tsx'

const holds = ['site'] as const

/** One site: its configuration and versions. Closing it with something unsaved asks first. */
export function SiteDrawer({ agentId, name, onClose }: { agentId: string; name: string; onClose: () => void }) {
  const server = useServerPath(agentId)
  const path = `nginx/sites/${encodeURIComponent(name)}`
  const query = useHostQuery<typeof NginxSiteDetail>(agentId, { section: 'nginx', path })
  return (
    <Drawer title={name} onClose={onClose}>
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
            holds={holds}
          />
        )}
      </HostLoaded>
    </Drawer>
  )
}
