import { useSyncExternalStore } from 'react'
import { useTexts } from '../i18n/language.tsx'
import { IconButton } from './button.tsx'
import { classes } from './class-names.ts'
import { uiTexts } from './ui.texts.ts'

interface Toast {
  id: number
  kind: 'done' | 'failed'
  text: string
}
const shownMs = { done: 5_000, failed: 12_000 }
const atOnce = 4

let toasts: readonly Toast[] = []
let lastId = 0
const listeners = new Set<() => void>()

function set(next: readonly Toast[]): void {
  toasts = next
  for (const listener of listeners) listener()
}
const dismiss = (id: number) => set(toasts.filter((toast) => toast.id !== id))

/** Tells what an action did. What failed and needs reading belongs beside the form, not here. */
export function toast(kind: Toast['kind'], text: string): void {
  lastId += 1
  const id = lastId
  set([...toasts.slice(1 - atOnce), { id, kind, text }])
  setTimeout(() => dismiss(id), shownMs[kind])
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Where toasts appear; once, in the shell. */
export function Toasts() {
  const t = useTexts(uiTexts)
  const list = useSyncExternalStore(subscribe, () => toasts)
  return (
    <section
      aria-label={t('notifications')}
      aria-live="polite"
      className="pointer-events-none fixed right-3 bottom-3 z-50 flex w-80 max-w-[calc(100vw-1.5rem)] flex-col gap-2"
    >
      {list.map(({ id, kind, text }) => (
        <div
          key={id}
          className={classes(
            'pointer-events-auto flex items-start gap-2 rounded-md border border-line bg-raised py-1.5 pr-1 pl-3 text-sm shadow-lg',
            kind === 'failed' ? 'border-l-4 border-l-bad' : 'border-l-4 border-l-good',
          )}
        >
          <span className="min-w-0 flex-1 py-1 break-words">{text}</span>
          <IconButton label={t('close')} onClick={() => dismiss(id)}>
            ✕
          </IconButton>
        </div>
      ))}
    </section>
  )
}
