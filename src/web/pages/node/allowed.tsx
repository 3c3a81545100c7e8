import type { HostCapabilities } from '../../../contract/operations/capabilities.ts'
import { useTexts } from '../../i18n/language.tsx'
import { classes } from '../../ui/class-names.ts'
import { Panel } from '../../ui/panel.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { useHostQuery } from '../host/use-host-query.ts'
import { joinTexts } from '../settings/join/join.texts.ts'
import { nodeTexts } from './node.texts.ts'

const everyMs = 30_000
const named = ['terminal', 'processes', 'docker', 'nginx', 'upgrade'] as const
const folderGrant = 'files:'

/** What may be done on the host from here, as the host itself says. */
export function Allowed({ agentId }: { agentId: string }) {
  const t = useTexts(nodeTexts)
  const words = useTexts(joinTexts)
  const query = useHostQuery<typeof HostCapabilities>(agentId, {
    section: 'capabilities',
    path: 'capabilities',
    everyMs,
  })
  return (
    <Panel title={t('allowed')} className="xl:col-span-2">
      <Loaded query={query} lines={3}>
        {({ capabilities, reason }) =>
          capabilities === null ? (
            <EmptyState title={t('notAsked')}>{reason}</EmptyState>
          ) : (
            <>
              <ul aria-label={t('allowed')} className="flex flex-wrap gap-x-5 gap-y-1 p-3 text-sm">
                {named.map((name) => (
                  <Grant key={name} label={words(name)} isGiven={capabilities.includes(name)} />
                ))}
                <Grant label={words('folders')} isGiven={capabilities.some((grant) => grant.startsWith(folderGrant))}>
                  {capabilities
                    .filter((grant) => grant.startsWith(folderGrant))
                    .map((grant) => grant.slice(folderGrant.length))
                    .join(', ')}
                </Grant>
              </ul>
              <p className="px-3 pb-3 text-xs text-soft">{t('allowedHint')}</p>
            </>
          )
        }
      </Loaded>
    </Panel>
  )
}

function Grant({ label, isGiven, children = '' }: { label: string; isGiven: boolean; children?: string }) {
  const t = useTexts(nodeTexts)
  return (
    <li className={classes('min-w-0 break-words', !isGiven && 'text-soft')}>
      <span aria-hidden>{isGiven ? '✓' : '–'}</span>
      <span className="sr-only">{t(isGiven ? 'isAllowed' : 'isNotAllowed')}</span> {label}
      {children !== '' && <span className="font-mono text-xs"> {children}</span>}
    </li>
  )
}
