import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { type DragEvent, useMemo, useRef, useState } from 'react'
import type { FileEntry } from '../../../contract/operations/files.ts'
import { useTexts } from '../../i18n/language.tsx'
import { AddressSearch } from '../../routes/address-search.tsx'
import { pathOf, useAddress } from '../../routes/address.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { DataTable } from '../../ui/data-table.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { ChosenBar } from './chosen-bar.tsx'
import { Crumbs } from './crumbs.tsx'
import { entryColumns } from './entry-columns.tsx'
import { isFolder, makeFolder, readFolder, renameEntry, saveContent } from './files-api.ts'
import { filesTexts } from './files.texts.ts'
import { folderOf, joined, type Root, rootOf } from './host-path.ts'
import { uploading } from './move-file.ts'
import { NameDialog, type Naming } from './name-dialog.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import { selectEntries } from './select-entries.ts'
import type { Transfers } from './transfers.ts'

/** A folder of a host: what is in it, and what can be done with it. */
export function FolderView({
  serverId,
  agentId,
  hostName,
  roots,
  path,
  transfers,
  onDownload,
}: {
  serverId: number
  agentId: string
  hostName: string
  roots: readonly Root[]
  path: string
  transfers: Transfers
  onDownload: (path: string, size: number | null) => void
}) {
  const t = useTexts(filesTexts)
  const navigate = useNavigate()
  const [search, change] = useAddress()
  const [naming, setNaming] = useState<Naming | null>(null)
  const [removing, setRemoving] = useState<readonly FileEntry[]>([])
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [dragging, setDragging] = useState(false)
  const chooser = useRef<HTMLInputElement>(null)
  const writable = rootOf(path, roots)?.writable ?? false
  const sort = search['sort'] ?? 'name'
  const hidden = search['hidden'] === '1'
  const q = search['q'] ?? ''
  const query = useQuery({
    queryKey: ['folder', serverId, path],
    queryFn: ({ signal }) => readFolder(serverId, path, signal),
    placeholderData: (before) => before,
  })
  const entries = query.data?.entries
  const rows = useMemo(() => selectEntries(entries ?? [], { sort, hidden, q }), [entries, sort, hidden, q])
  const refresh = () => void query.refetch()
  /** Another place is a step of the history: back leads here again. */
  const go = (next: Readonly<Record<string, string | undefined>>) =>
    void navigate({
      to: '.',
      search: { ...(hidden ? { hidden: '1' } : {}), ...(sort === 'name' ? {} : { sort }), ...next },
    })

  async function open(entry: FileEntry) {
    const leadsToFolder =
      entry.type === 'directory' || (entry.type === 'symlink' && (await isFolder(serverId, entry.path)))
    if (leadsToFolder) go({ path: entry.path })
    else if (entry.type === 'file' || entry.type === 'symlink') go({ path, open: entry.path })
    else toast('failed', t('notOpenable', { name: entry.name, type: entry.type }))
  }
  function rename(entry: FileEntry) {
    setNaming({
      title: `${t('rename')}: ${entry.name}`,
      action: t('rename'),
      name: entry.name,
      async run(name) {
        const outcome = await renameEntry(serverId, entry.path, joined(path, name))
        return told(outcome.ok ? null : outcome.failure.message, t('renamed', { path: joined(path, name) }))
      },
    })
  }
  function make(kind: 'folder' | 'file') {
    setNaming({
      title: kind === 'folder' ? t('newFolder') : t('newFile'),
      action: t('create'),
      name: '',
      async run(name) {
        const target = joined(path, name)
        if (kind === 'file' && entries?.some((entry) => entry.name === name)) return t('exists')
        const outcome =
          kind === 'folder'
            ? await makeFolder(serverId, target)
            : await saveContent(serverId, { path: target, content: '' })
        const failed = outcome.ok ? null : outcome.failure.message
        return told(failed, t(kind === 'folder' ? 'folderMade' : 'fileMade', { path: target }))
      },
    })
  }
  /** Reads the folder again after an act, and says what it did. */
  function told(failed: string | null, done: string): string | null {
    if (failed === null) {
      refresh()
      toast('done', done)
    }
    return failed
  }
  const chosenRows = rows.filter((entry) => chosen.has(entry.path))
  const toggle = (entry: FileEntry) =>
    setChosen((before) => {
      const after = new Set(before)
      if (!after.delete(entry.path)) after.add(entry.path)
      return after
    })
  function upload(files: Iterable<File>) {
    for (const file of files) {
      const target = joined(path, file.name)
      transfers.add(
        { kind: 'upload', name: file.name, path: target, total: file.size },
        {
          move: uploading(serverId, file, target, t('noAnswer')),
          onDone: refresh,
          exists: entries?.some(({ name }) => name === file.name) ?? false,
        },
      )
    }
  }
  const dropping = writable && {
    onDragOver: (event: DragEvent) => {
      event.preventDefault()
      setDragging(true)
    },
    onDragLeave: (event: DragEvent) =>
      event.currentTarget.contains(event.relatedTarget as Node | null) || setDragging(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      setDragging(false)
      upload(event.dataTransfer.files)
    },
  }
  const columns = entryColumns(
    t,
    {
      open: (entry) => void open(entry),
      download: (entry) => onDownload(entry.path, entry.size),
      rename,
      remove: (entry) => setRemoving([entry]),
      isChosen: (entry) => chosen.has(entry.path),
      toggle,
    },
    writable,
  )

  return (
    <div className="relative flex min-h-0 flex-1 flex-col" {...dropping}>
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b border-line bg-panel px-3 py-2">
        <Crumbs path={path} roots={roots} onGo={(next) => go(next === null ? {} : { path: next })} />
        {!writable && <Badge>{t('readOnly')}</Badge>}
        <Button small onClick={refresh} busy={query.isFetching}>
          {t('refresh')}
        </Button>
        <Link
          to={pathOf({ agentId, tab: 'terminal' })}
          search={{ dir: path }}
          className="inline-flex h-7 items-center rounded-md border border-line bg-raised px-2 text-xs font-medium hover:bg-hover"
        >
          {t('terminalHere')}
        </Link>
        {writable && (
          <>
            <Button small onClick={() => make('folder')}>
              {t('newFolder')}
            </Button>
            <Button small onClick={() => make('file')}>
              {t('newFile')}
            </Button>
            <Button small kind="primary" onClick={() => chooser.current?.click()}>
              {t('upload')}
            </Button>
            <input
              ref={chooser}
              type="file"
              multiple
              hidden
              aria-label={t('upload')}
              onChange={(event) => {
                upload(event.target.files ?? [])
                event.target.value = ''
              }}
            />
          </>
        )}
      </div>
      <div className="flex shrink-0 flex-wrap items-center gap-3 border-b border-line bg-panel px-3 py-1.5 text-xs">
        <AddressSearch label={t('filter')} />
        <label className="flex items-center gap-1.5">
          <input
            type="checkbox"
            checked={hidden}
            onChange={(event) => change({ hidden: event.target.checked ? '1' : null })}
          />
          {t('hidden')}
        </label>
        <span role="status" className="ml-auto text-soft">
          {query.data?.cut
            ? t('cut', { shown: query.data.entries.length })
            : t('count', { shown: rows.length, total: query.data?.total ?? '–' })}
        </span>
      </div>
      {chosenRows.length > 0 && (
        <ChosenBar
          entries={chosenRows}
          writable={writable}
          onDownload={(files) => files.forEach((file) => onDownload(file.path, file.size))}
          onRemove={() => setRemoving(chosenRows)}
          onClear={() => setChosen(new Set())}
        />
      )}
      <Loaded query={query} lines={10}>
        {({ total }) => (
          <DataTable
            label={t('files')}
            columns={columns}
            rows={rows}
            keyOf={(entry) => entry.path}
            sort={sort}
            onSort={(next) => change({ sort: next === 'name' ? null : next })}
            onOpen={(entry) => void open(entry)}
            onRowKey={(event, entry) => {
              if (event.key === 'Backspace' && rootOf(folderOf(path), roots)) go({ path: folderOf(path) })
              else if (event.key === 'F2' && entry && writable) rename(entry)
              else if (event.key === 'Delete' && entry && writable)
                setRemoving(chosenRows.length > 0 ? chosenRows : [entry])
              else if (event.key === ' ' && entry) {
                // It would scroll.
                event.preventDefault()
                toggle(entry)
              }
            }}
            empty={
              <EmptyState title={total === 0 ? t('empty') : t('noMatch')}>
                {total === 0 && writable ? t('emptyHint') : null}
              </EmptyState>
            }
          />
        )}
      </Loaded>
      {dragging && (
        <div className="pointer-events-none absolute inset-2 z-20 flex items-center justify-center rounded-lg border-2 border-dashed border-accent bg-chosen/80 font-medium">
          {t('dropHere', { path })}
        </div>
      )}
      <NameDialog naming={naming} onClose={() => setNaming(null)} />
      {removing.length > 0 && (
        <RemoveDialog
          serverId={serverId}
          hostName={hostName}
          entries={removing}
          onClose={() => setRemoving([])}
          onRemoved={() => {
            setChosen(new Set())
            refresh()
          }}
        />
      )}
    </div>
  )
}
