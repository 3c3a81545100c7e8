import { useState } from 'react'
import type { NginxDiff, NginxOutcome, NginxVersion, NginxVersions } from '../../../contract/operations/nginx.ts'
import { client } from '../../app-state.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatBytes, formatTime } from '../../lib/format.ts'
import { useNode } from '../../live/use-live.ts'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/class-names.ts'
import { CodeDiff } from '../../ui/code/code-diff.tsx'
import { CodeEditor } from '../../ui/code/code-editor.tsx'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { readAgain, useHostQuery, useServerPath } from '../host/use-host-query.ts'
import { nginxTexts } from './nginx.texts.ts'

/** The kept versions of one configuration, each beside what is there now, and the way back to it. */
export function Versions({ agentId, site }: { agentId: string; site: string | undefined }) {
  const t = useTexts(nginxTexts)
  const { language } = useLanguage()
  const [chosen, setChosen] = useState<NginxVersion | null>(null)
  const query = useHostQuery<typeof NginxVersions>(agentId, {
    section: 'nginx',
    path: 'nginx/versions',
    query: { site },
  })
  return (
    <HostLoaded query={query}>
      {({ versions }) =>
        versions.length === 0 ? (
          <EmptyState title={t('noVersions')} />
        ) : (
          <div className="flex min-h-0 flex-1 flex-col">
            <ul aria-label={t('versions')} className="max-h-44 shrink-0 overflow-y-auto border-b border-line">
              {versions.map((version) => (
                <li key={version.id}>
                  <button
                    type="button"
                    aria-pressed={chosen?.id === version.id}
                    onClick={() => setChosen(version)}
                    className={classes(
                      'flex w-full items-center gap-3 px-3 py-1.5 text-left text-sm hover:bg-hover',
                      chosen?.id === version.id && 'bg-chosen',
                    )}
                  >
                    <span>{formatTime(version.created_at, language)}</span>
                    <span className="text-soft">{t(version.kept)}</span>
                    <span className="ml-auto text-xs text-soft">{formatBytes(version.size)}</span>
                  </button>
                </li>
              ))}
            </ul>
            {chosen ? (
              <Difference key={chosen.id} agentId={agentId} version={chosen} />
            ) : (
              <p className="p-4 text-sm text-soft">{t('choose')}</p>
            )}
          </div>
        )
      }
    </HostLoaded>
  )
}

function Difference({ agentId, version }: { agentId: string; version: NginxVersion }) {
  const t = useTexts(nginxTexts)
  const { language } = useLanguage()
  const server = useServerPath(agentId)
  const host = useNode(agentId)?.name ?? agentId
  const [asked, setAsked] = useState(false)
  const time = formatTime(version.created_at, language)
  const query = useHostQuery<typeof NginxDiff>(agentId, { section: 'nginx', path: `nginx/versions/${version.id}` })

  async function restore(): Promise<string | null> {
    const path = `${server}/nginx/versions/${version.id}/restore`
    const outcome = await client.call<typeof NginxOutcome>('POST', path)
    void readAgain(agentId, 'nginx')
    if (!outcome.ok) return outcome.failure.message
    toast('done', t('restoreDone', { path: version.path }))
    return null
  }

  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 p-3">
      <HostLoaded query={query}>
        {({ diff, before, after }) =>
          diff === '' ? (
            <EmptyState title={t('sameAsNow')} />
          ) : (
            <>
              <Button className="self-start" onClick={() => setAsked(true)}>
                {t('restore')}
              </Button>
              {before === undefined || after === undefined ? (
                <CodeEditor className="flex-1" label={t('versionOf', { time })} language="diff" readOnly text={diff} />
              ) : (
                <CodeDiff
                  className="flex-1"
                  language="nginx"
                  left={{ title: t('versionOf', { time }), text: before }}
                  right={{ title: t('current'), text: after }}
                />
              )}
            </>
          )
        }
      </HostLoaded>
      <ConfirmDialog
        open={asked}
        title={t('restoreTitle', { time })}
        what={<p className="break-words">{t('restoreWhat', { host, path: version.path })}</p>}
        action={t('restore')}
        danger={false}
        onConfirm={restore}
        onClose={() => setAsked(false)}
      />
    </div>
  )
}
