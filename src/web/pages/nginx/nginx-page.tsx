import { useState } from 'react'
import type { NginxOutcome, NginxStatus } from '../../../contract/operations/nginx.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useMay, useNode } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { toast } from '../../ui/toast.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { readAgain, useHostQuery, useServerPath } from '../host/use-host-query.ts'
import { Certificates } from './certificates.tsx'
import { MainConfig } from './main-config.tsx'
import { nginxTexts } from './nginx.texts.ts'
import { Sites } from './sites.tsx'

const everyMs = 10_000
type Verb = 'start' | 'stop' | 'restart' | 'reload'

/** The nginx of a host: its state, and its sites, main configuration and certificates; which of them is in the address. */
export function NginxPage({ agentId }: PageProps) {
  const t = useTexts(nginxTexts)
  const id = agentId ?? ''
  const [search, change] = useAddress()
  const mayOperate = useMay('operate')
  const query = useHostQuery<typeof NginxStatus>(id, { section: 'nginx', path: 'nginx/status', everyMs })
  const contents = {
    sites: () => <Sites agentId={id} />,
    ...(mayOperate ? { config: () => <MainConfig agentId={id} /> } : {}),
    certificates: () => <Certificates agentId={id} />,
  }
  const tabs = (['sites', 'config', 'certificates'] as const).flatMap((name) => {
    const content = contents[name]
    return content ? [{ id: name, label: t(name), keep: name === 'config', content }] : []
  })
  const view = tabs.find((tab) => tab.id === search['view'])?.id ?? 'sites'
  return (
    <HostLoaded query={query}>
      {(status) =>
        status.installed ? (
          <>
            <StatusBar agentId={id} status={status} />
            <Tabs
              label={t('nginx')}
              value={view}
              tabs={tabs}
              onChoose={(next) => change({ view: next === 'sites' ? null : next, q: null, site: null, job: null })}
            />
          </>
        ) : (
          <EmptyState title={t('missing')}>{t('missingHint')}</EmptyState>
        )
      }
    </HostLoaded>
  )
}

function StatusBar({ agentId, status }: { agentId: string; status: NginxStatus }) {
  const t = useTexts(nginxTexts)
  const mayOperate = useMay('operate')
  const server = useServerPath(agentId)
  const host = useNode(agentId)?.name ?? agentId
  const [busy, setBusy] = useState<Verb | null>(null)
  const [asked, setAsked] = useState<'stop' | 'restart' | null>(null)

  async function control(verb: Verb): Promise<string | null> {
    setBusy(verb)
    const outcome = await client.call<typeof NginxOutcome>('POST', `${server}/nginx/${verb}`)
    setBusy(null)
    void readAgain(agentId, 'nginx')
    if (!outcome.ok) return outcome.failure.message
    toast('done', t(`${verb}Done`))
    return null
  }
  function act(verb: Verb): void {
    if (verb === 'stop' || verb === 'restart') return setAsked(verb)
    void control(verb).then((error) => error !== null && toast('failed', error))
  }

  const verbs: readonly Verb[] = status.running ? ['reload', 'restart', 'stop'] : ['start']
  return (
    <>
      <div className="flex shrink-0 flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-panel px-3 py-2 text-sm">
        <Badge tone={status.running ? 'good' : 'bad'}>{status.running ? t('running') : t('stopped')}</Badge>
        <span>nginx {status.version ?? '–'}</span>
        {status.pid !== null && <span className="text-soft">{t('pid', { pid: status.pid })}</span>}
        <span className="min-w-0 truncate font-mono text-xs text-soft" title={status.config_path ?? ''}>
          {status.config_path ?? '–'}
        </span>
        {mayOperate && (
          <span className="ml-auto flex gap-2">
            {verbs.map((verb) => (
              <Button
                key={verb}
                small
                kind={verb === 'stop' ? 'danger' : 'plain'}
                busy={busy === verb}
                disabled={busy !== null}
                onClick={() => act(verb)}
              >
                {t(verb)}
              </Button>
            ))}
          </span>
        )}
      </div>
      {status.errors.length > 0 && (
        <div role="status" className="max-h-40 shrink-0 overflow-y-auto bg-warn-ground px-3 py-2 text-sm text-warn">
          <strong className="font-semibold">{t('complaints')}</strong>
          {status.errors.map((error) => (
            <p key={error} className="font-mono text-xs break-words whitespace-pre-wrap">
              {error}
            </p>
          ))}
        </div>
      )}
      {asked && (
        <ConfirmDialog
          open
          title={t('confirmTitle', { verb: t(asked) })}
          what={t(asked === 'stop' ? 'confirmStop' : 'confirmRestart', { host, count: status.sites })}
          action={t(asked)}
          onConfirm={() => control(asked)}
          onClose={() => setAsked(null)}
        />
      )}
    </>
  )
}
