import { useTexts } from '../../i18n/language.tsx'
import { filesTexts } from './files.texts.ts'
import { crumbsOf, type Root } from './host-path.ts'

/** Where one is, each part a way up; before it, when there are several, the list of allowed folders. */
export function Crumbs({
  path,
  roots,
  onGo,
}: {
  path: string
  roots: readonly Root[]
  onGo: (path: string | null) => void
}) {
  const t = useTexts(filesTexts)
  const look = 'max-w-56 truncate rounded px-1 font-mono hover:bg-hover'
  return (
    <nav aria-label={t('path')} className="min-w-0 flex-1 basis-56">
      <ol className="flex items-center overflow-x-auto text-sm whitespace-nowrap">
        {roots.length > 1 && (
          <li>
            <button type="button" onClick={() => onGo(null)} className={look}>
              {t('roots')}
            </button>
            <span aria-hidden className="px-0.5 text-soft">
              ›
            </span>
          </li>
        )}
        {crumbsOf(path, roots).map((crumb) => (
          <li key={crumb.path} className="flex items-center">
            <button
              type="button"
              aria-current={crumb.path === path ? 'page' : undefined}
              onClick={() => onGo(crumb.path)}
              className={look}
            >
              <bdi>{crumb.name}</bdi>
            </button>
            {crumb.path !== path && (
              <span aria-hidden className="px-0.5 text-soft">
                ›
              </span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  )
}
