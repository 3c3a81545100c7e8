import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { languageNames } from '../../i18n/language-names.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatAge } from '../../lib/format.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { PublicServerCard } from './public-server-card.tsx'
import { publicTexts } from './public.texts.ts'
import { type PublicServerRow, usePublicServers, usePublicSite } from './use-public-servers.ts'

/** What strangers may see: name, status and measurements of the servers, while the site allows it. */
export function PublicPage() {
  const site = usePublicSite()
  const isOpen = site.data?.public_view === true
  return (
    <main className="h-full overflow-y-auto">
      <div className="mx-auto flex max-w-6xl flex-col gap-4 p-4">
        <Loaded query={site} lines={6}>
          {({ site_title, site_description }) =>
            isOpen ? (
              <>
                <Head title={site_title}>
                  {site_description !== '' && (
                    <p className="max-w-prose text-sm break-words text-soft">{site_description}</p>
                  )}
                </Head>
                <Servers />
              </>
            ) : (
              <Closed />
            )
          }
        </Loaded>
      </div>
    </main>
  )
}

function Closed() {
  const t = useTexts(publicTexts)
  return (
    <>
      <Head title="Cortex" />
      <EmptyState title={t('off')}>
        <p>{t('offHint')}</p>
      </EmptyState>
    </>
  )
}

function Head({ title, children }: { title: string; children?: ReactNode }) {
  const t = useTexts(publicTexts)
  const { language, choose } = useLanguage()
  return (
    <header className="flex flex-col gap-1">
      <div className="flex flex-wrap items-center gap-2">
        <h1 className="min-w-0 flex-1 text-xl font-semibold break-words">{title}</h1>
        {languageNames.map(({ value, label }) => (
          <Button key={value} small kind="quiet" aria-pressed={value === language} onClick={() => choose(value)}>
            {label}
          </Button>
        ))}
        <Link to="/sign-in" className="text-sm text-accent underline">
          {t('signIn')}
        </Link>
      </div>
      {children}
    </header>
  )
}

function Servers() {
  const t = useTexts(publicTexts)
  const { language } = useLanguage()
  const query = usePublicServers(true)
  const [open, setOpen] = useState<number | null>(null)
  const isStale = query.isError && query.data !== undefined
  return (
    <Loaded query={query} lines={10}>
      {(servers) => (
        <>
          <p className="text-sm text-soft" role="status">
            {t('summary', { online: onlineIn(servers), total: servers.length })}
          </p>
          {isStale && (
            <p className="text-sm text-warn">
              {t('stale', { since: formatAge(new Date(query.dataUpdatedAt).toISOString(), Date.now(), language) })}
            </p>
          )}
          {servers.length === 0 && <EmptyState title={t('none')} />}
          <ul className="grid grid-cols-1 items-start gap-3 sm:grid-cols-2 xl:grid-cols-3">
            {servers.map((server) => (
              <PublicServerCard
                key={server.id}
                server={server}
                isOpen={server.id === open}
                onToggle={() => setOpen(server.id === open ? null : server.id)}
              />
            ))}
          </ul>
        </>
      )}
    </Loaded>
  )
}

const onlineIn = (servers: readonly PublicServerRow[]) => servers.filter(({ status }) => status === 'online').length
