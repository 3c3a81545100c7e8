import type { FileEntry, FileType } from '../../../contract/operations/files.ts'
import { formatBytes } from '../../lib/format.ts'
import { Age } from '../../ui/age.tsx'
import { IconButton } from '../../ui/button.tsx'
import type { Column } from '../../ui/data-table.tsx'
import { Menu, MenuItem, MenuLine } from '../../ui/menu.tsx'
import type { FilesText } from './files.texts.ts'

export interface EntryActs {
  open: (entry: FileEntry) => void
  download: (entry: FileEntry) => void
  rename: (entry: FileEntry) => void
  remove: (entry: FileEntry) => void
  isChosen: (entry: FileEntry) => boolean
  toggle: (entry: FileEntry) => void
}

const signs: Partial<Record<FileType, string>> = { directory: '▸', file: '', symlink: '↪' }

export function entryColumns(t: FilesText, acts: EntryActs, writable: boolean): Array<Column<FileEntry>> {
  return [
    {
      id: 'chosen',
      title: '',
      width: '2rem',
      cell: (entry) => (
        <input
          type="checkbox"
          className="size-4 align-middle"
          aria-label={t('choose', { name: entry.name })}
          checked={acts.isChosen(entry)}
          onClick={(event) => event.stopPropagation()}
          onChange={() => acts.toggle(entry)}
        />
      ),
    },
    {
      id: 'name',
      title: t('name'),
      width: 'minmax(11rem, 3fr)',
      sortable: true,
      cell: (entry) => (
        <span title={entry.symlink_target === undefined ? entry.name : `${entry.name} → ${entry.symlink_target}`}>
          <span aria-hidden className="mr-1.5 inline-block w-4 text-center text-soft">
            {signs[entry.type] ?? '◇'}
          </span>
          <bdi className={entry.type === 'directory' ? 'font-medium' : ''}>{entry.name}</bdi>
          {entry.symlink_target !== undefined && <span className="text-soft"> → {entry.symlink_target}</span>}
        </span>
      ),
    },
    {
      id: 'actions',
      title: '',
      width: '2.75rem',
      cell: (entry) => (
        // What is pressed in the menu is not pressed on the row.
        <span onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
          <Menu trigger={<IconButton label={t('actions', { name: entry.name })}>⋯</IconButton>}>
            <MenuItem onSelect={() => acts.open(entry)}>{t('open')}</MenuItem>
            {entry.type !== 'directory' && <MenuItem onSelect={() => acts.download(entry)}>{t('download')}</MenuItem>}
            {writable && (
              <>
                <MenuItem onSelect={() => acts.rename(entry)}>{t('rename')}</MenuItem>
                <MenuLine />
                <MenuItem danger onSelect={() => acts.remove(entry)}>
                  {t('remove')}
                </MenuItem>
              </>
            )}
          </Menu>
        </span>
      ),
    },
    {
      id: 'size',
      title: t('size'),
      width: '6rem',
      align: 'right',
      sortable: true,
      cell: (entry) => (entry.type === 'directory' ? '' : formatBytes(entry.size)),
    },
    { id: 'mtime', title: t('mtime'), width: '8rem', sortable: true, cell: (entry) => <Age at={entry.mtime} /> },
    { id: 'owner', title: t('owner'), width: '7rem', sortable: true, cell: (entry) => entry.owner },
    {
      id: 'mode',
      title: t('mode'),
      width: '4.5rem',
      cell: (entry) => <span className="font-mono text-xs">{entry.mode}</span>,
    },
  ]
}
