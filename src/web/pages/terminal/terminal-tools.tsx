import type { Ref } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { Button, IconButton } from '../../ui/button.tsx'
import { classes } from '../../ui/class-names.ts'
import { Menu, MenuItem } from '../../ui/menu.tsx'
import type { LinkState } from './terminal-link.ts'
import { terminalTexts } from './terminal.texts.ts'
import type { KeyName } from './typed-keys.ts'

/** Keys that mean something to a shell and something else to a browser. */
const taken: readonly KeyName[] = ['^W', '^T', '^N', '^R', '^L', '^C', '^D', '^Z', 'Esc', 'Tab']

/** The line above a terminal: how it is connected, and its buttons. */
export function TerminalTools({
  ref,
  state,
  fontSize,
  onFontSize,
  onSearch,
  onCopy,
  onPaste,
  onKey,
}: {
  ref: Ref<HTMLDivElement>
  state: LinkState
  fontSize: number
  onFontSize: (change: 1 | -1) => void
  onSearch: () => void
  onCopy: () => void
  onPaste: () => void
  onKey: (key: KeyName) => void
}) {
  const t = useTexts(terminalTexts)
  const isOpen = state.name === 'open'
  return (
    <div
      ref={ref}
      // What is typed goes on to the terminal, and after a dialog the focus comes back to it.
      onMouseDown={(event) => event.preventDefault()}
      className="flex h-9 shrink-0 items-center gap-1 border-b border-line bg-panel px-2 text-xs"
    >
      <span role="status" className="flex min-w-0 flex-1 items-center gap-1.5 truncate text-soft">
        <span aria-hidden className={classes('text-[10px]', isOpen ? 'text-good' : 'text-warn')}>
          {isOpen ? '●' : '○'}
        </span>
        <span className="shrink-0">{isOpen ? t('open') : state.name === 'connecting' ? t('connecting') : ''}</span>
        <span className="truncate max-xl:hidden" title={t('shortcuts')}>
          {t('shortcuts')}
        </span>
      </span>
      <Button small kind="quiet" onClick={onSearch}>
        {t('search')}
      </Button>
      <Button small kind="quiet" onClick={onCopy}>
        {t('copy')}
      </Button>
      <Button small kind="quiet" onClick={onPaste}>
        {t('paste')}
      </Button>
      <Menu
        trigger={
          <Button small kind="quiet" title={t('keysHint')} className="pointer-coarse:hidden">
            {t('keys')} ▾
          </Button>
        }
      >
        {taken.map((key) => (
          <MenuItem key={key} onSelect={() => onKey(key)}>
            <span className="font-mono">{key.replace('^', 'Ctrl+')}</span>
          </MenuItem>
        ))}
      </Menu>
      <IconButton label={t('smaller')} onClick={() => onFontSize(-1)} className="text-xs">
        A−
      </IconButton>
      <span className="text-soft max-sm:hidden">{fontSize}</span>
      <IconButton label={t('larger')} onClick={() => onFontSize(1)}>
        A+
      </IconButton>
    </div>
  )
}
