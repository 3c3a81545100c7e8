import { useTexts } from '../../i18n/language.tsx'
import { Badge } from '../../ui/badge.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { filesTexts } from './files.texts.ts'
import type { Root } from './host-path.ts'

/** Where a host lets people work; when it is nowhere, how to change that. */
export function RootsList({ roots, onOpen }: { roots: readonly Root[]; onOpen: (path: string) => void }) {
  const t = useTexts(filesTexts)
  if (roots.length === 0) return <EmptyState title={t('noRoots')}>{t('noRootsHint')}</EmptyState>
  return (
    <div className="p-3">
      <h2 className="mb-2 text-sm font-semibold">{t('roots')}</h2>
      <ul className="max-w-2xl divide-y divide-line rounded-lg border border-line bg-panel">
        {roots.map(({ path, writable }) => (
          <li key={path}>
            <button
              type="button"
              onClick={() => onOpen(path)}
              className="flex w-full items-center gap-3 px-3 py-2 text-left text-sm hover:bg-hover"
            >
              <span aria-hidden className="text-soft">
                ▸
              </span>
              <bdi className="min-w-0 flex-1 truncate font-mono">{path}</bdi>
              <Badge>{writable ? t('writable') : t('readOnly')}</Badge>
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
