import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { useNode } from '../../live/use-live.ts'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Loaded, Skeleton } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { readRoots } from './files-api.ts'
import { filesTexts } from './files.texts.ts'
import { FolderView } from './folder-view.tsx'
import { nameOf, type Root, rootOf } from './host-path.ts'
import { downloadByBrowser, downloading, maxHeldBytes } from './move-file.ts'
import { RootsList } from './roots-list.tsx'
import { createTransfers, type Transfers } from './transfers.ts'
import { TransfersPanel } from './transfers-panel.tsx'

const FileEditor = lazy(async () => ({ default: (await import('./file-editor.tsx')).FileEditor }))

const underWay = new Map<number, Transfers>()

/** The transfers of a host go on, and are found again, when another page is opened meanwhile. */
function transfersOf(serverId: number): Transfers {
  const transfers = underWay.get(serverId) ?? createTransfers()
  underWay.set(serverId, transfers)
  return transfers
}

/** The files of a host, as far as it allows: a folder (`path` in the address), or one file of it (`open`). */
export function FilesPage({ agentId }: PageProps) {
  const node = useNode(agentId ?? '')
  const serverId = node?.server_id
  const roots = useQuery({
    queryKey: ['file-roots', serverId],
    enabled: serverId !== undefined,
    queryFn: ({ signal }) => readRoots(serverId ?? 0, signal),
  })
  if (!node) return <Skeleton lines={8} />
  return (
    <Loaded query={roots} lines={8}>
      {(answer) => (
        <Files serverId={node.server_id} agentId={node.agent_id} hostName={node.name} roots={answer.roots} />
      )}
    </Loaded>
  )
}

function Files(props: { serverId: number; agentId: string; hostName: string; roots: readonly Root[] }) {
  const { serverId, roots } = props
  const t = useTexts(filesTexts)
  const [search, change] = useAddress()
  const [transfers] = useState(() => transfersOf(serverId))
  const only = roots.length === 1 ? roots[0]?.path : undefined
  const path = search['path'] ?? only
  const file = search['open']
  async function download(of: string, size: number | null) {
    if (size !== null && size > maxHeldBytes) {
      const failed = await downloadByBrowser(serverId, of, nameOf(of), t('noAnswer'))
      if (failed === null) toast('done', t('byBrowser', { name: nameOf(of) }))
      else toast('failed', failed)
      return
    }
    transfers.add(
      { kind: 'download', name: nameOf(of), path: of, total: size },
      { move: downloading(serverId, of, nameOf(of), t('noAnswer')), onDone: () => undefined, exists: false },
    )
  }

  return (
    <div className="flex min-h-0 flex-1 flex-col">
      {file !== undefined ? (
        <Suspense fallback={<Skeleton lines={10} />}>
          <FileEditor
            key={file}
            serverId={serverId}
            path={file}
            writable={rootOf(file, roots)?.writable ?? false}
            onDownload={() => void download(file, null)}
            onClose={() => change({ open: null })}
          />
        </Suspense>
      ) : path === undefined ? (
        <RootsList roots={roots} onOpen={(next) => change({ path: next })} />
      ) : (
        <FolderView
          key={path}
          {...props}
          path={path}
          transfers={transfers}
          onDownload={(of, size) => void download(of, size)}
        />
      )}
      <TransfersPanel transfers={transfers} />
    </div>
  )
}
