import type { NginxConfig, NginxOutcome } from '../../../contract/operations/nginx.ts'
import { client } from '../../app-state.ts'
import { HostLoaded } from '../host/host-loaded.tsx'
import { readAgain, useHostQuery, useServerPath } from '../host/use-host-query.ts'
import { EditOrVersions } from './edit-or-versions.tsx'

const stays: readonly string[] = []

/** nginx.conf: edited, tested and saved, and its versions. */
export function MainConfig({ agentId }: { agentId: string }) {
  const server = useServerPath(agentId)
  const query = useHostQuery<typeof NginxConfig>(agentId, { section: 'nginx', path: 'nginx/config' })
  return (
    <HostLoaded query={query}>
      {({ path, content, etag }) => (
        <EditOrVersions
          agentId={agentId}
          site={undefined}
          path={path}
          read={{ config: content, etag }}
          save={(config, known) =>
            client.call<typeof NginxOutcome>('POST', `${server}/nginx/config`, { body: { config, etag: known } })
          }
          onSaved={() => void readAgain(agentId, 'nginx')}
          holds={stays}
        />
      )}
    </HostLoaded>
  )
}
