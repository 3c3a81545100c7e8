import { useMemo } from 'react'
import type { Image, ImageAnswer } from '../../../contract/operations/docker.ts'
import { useTexts } from '../../i18n/language.tsx'
import { formatBytes } from '../../lib/format.ts'
import { useAddress } from '../../routes/address.ts'
import { matches } from '../../shell/matches.ts'
import { Age } from '../../ui/age.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { FilterBar } from '../host/filter-bar.tsx'
import { HostLoaded } from '../host/host-loaded.tsx'
import { NoMatch } from '../host/no-match.tsx'
import { useHostQuery } from '../host/use-host-query.ts'
import { shortId } from './container-view.ts'
import { dockerTexts } from './docker.texts.ts'

/** The images on a host. */
export function Images({ agentId }: { agentId: string }) {
  const t = useTexts(dockerTexts)
  const [search] = useAddress()
  const query = useHostQuery<typeof ImageAnswer>(agentId, { section: 'docker', path: 'docker/images' })
  const all = query.data?.images
  const q = search['q'] ?? ''
  const rows = useMemo(
    () => (all ?? []).filter(({ repository, tag, id }) => matches(q, `${repository}:${tag} ${id}`)),
    [all, q],
  )
  const columns: Array<Column<Image>> = [
    { id: 'repository', title: t('repository'), width: 'minmax(12rem, 3fr)', cell: ({ repository }) => repository },
    { id: 'tag', title: t('tag'), width: 'minmax(6rem, 1fr)', cell: ({ tag }) => tag },
    { id: 'id', title: t('id'), width: '9rem', cell: ({ id }) => <code className="text-xs">{shortId(id)}</code> },
    { id: 'size', title: t('size'), width: '7rem', align: 'right', cell: ({ size }) => formatBytes(size) },
    { id: 'created', title: t('created'), width: '8rem', cell: ({ created }) => <Age at={created} /> },
  ]
  return (
    <>
      <FilterBar />
      <HostLoaded query={query} explain={{ DOCKER_UNAVAILABLE: t('noEngine') }}>
        {() => (
          <DataTable
            label={t('images')}
            columns={columns}
            rows={rows}
            keyOf={({ id, repository, tag }) => `${id} ${repository}:${tag}`}
            empty={<NoMatch nothing={t('noImages')} />}
          />
        )}
      </HostLoaded>
    </>
  )
}
