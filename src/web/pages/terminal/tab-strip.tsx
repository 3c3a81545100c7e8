import type { ReactNode } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { classes } from '../../ui/class-names.ts'
import type { TerminalTab } from './remembered-tabs.ts'
import { terminalTexts } from './terminal.texts.ts'

/** The terminals of this page side by side; a double click on a name, or F2, changes it. */
export function TabStrip({
  tabs,
  chosen,
  titles,
  opening,
  onChoose,
  onClose,
  onRename,
  onNew,
  children,
}: {
  tabs: readonly TerminalTab[]
  chosen: string | null
  /** What programs call their terminals: shown on hover, it is a stranger's text. */
  titles: Readonly<Record<string, string>>
  opening: boolean
  onChoose: (session: string) => void
  onClose: (tab: TerminalTab) => void
  onRename: (tab: TerminalTab) => void
  onNew: () => void
  children: ReactNode
}) {
  const t = useTexts(terminalTexts)
  return (
    <div className="flex h-10 shrink-0 items-center gap-1 border-b border-line bg-page px-2">
      <ul aria-label={t('terminals')} className="flex min-w-0 items-center gap-1 overflow-x-auto py-1">
        {tabs.map((tab) => (
          <li
            key={tab.session}
            className={classes(
              'flex h-8 shrink-0 items-center rounded-md border pl-1 text-sm',
              tab.session === chosen
                ? 'border-line bg-panel font-medium'
                : 'border-transparent text-soft hover:bg-hover',
            )}
          >
            <button
              type="button"
              aria-current={tab.session === chosen ? 'true' : undefined}
              title={titles[tab.session] ?? tab.name}
              onClick={() => onChoose(tab.session)}
              onDoubleClick={() => onRename(tab)}
              onKeyDown={(event) => event.key === 'F2' && onRename(tab)}
              className="flex max-w-56 items-baseline gap-2 px-1.5"
            >
              <span className="truncate">{tab.name}</span>
              {titles[tab.session] !== undefined && !tab.named && (
                <span className="max-w-36 truncate text-xs text-soft max-md:hidden" dir="auto">
                  {titles[tab.session]}
                </span>
              )}
            </button>
            <IconButton
              label={t('closeTab', { name: tab.name })}
              onClick={() => onClose(tab)}
              className="size-7 text-xs"
            >
              ✕
            </IconButton>
          </li>
        ))}
      </ul>
      <Button small kind="quiet" busy={opening} onClick={onNew} aria-label={t('newTerminal')}>
        ＋ <span className="max-sm:hidden">{t('newTerminal')}</span>
      </Button>
      <span className="flex-1" />
      {children}
    </div>
  )
}
