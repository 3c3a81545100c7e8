import { type RefObject, useEffect, useRef } from 'react'
import type { Act } from './handle-dialog.tsx'

/** j and k move, x selects, Enter opens, Escape closes, a and r act; not while somebody types or a dialog is open. */
export function useAlertKeys(given: {
  grid: RefObject<HTMLElement | null>
  isOn: boolean
  onMove: (step: number) => void
  onSelect: () => void
  onOpen: () => void
  onClose: () => void
  onAct: (act: Act) => void
}): void {
  const latest = useRef(given)
  latest.current = given
  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      const { grid, isOn, onMove, onSelect, onOpen, onClose, onAct } = latest.current
      const target = event.target instanceof Element ? event.target : null
      if (!isOn || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return
      if (target?.closest('input:not([type=checkbox]), textarea, select, [role=dialog], [role=menu]')) return
      const isInList = target === document.body || target === grid.current
      const acts: Record<string, (() => void) | undefined> = {
        j: () => onMove(1),
        k: () => onMove(-1),
        x: onSelect,
        a: () => onAct('ack'),
        r: () => onAct('resolve'),
        Escape: onClose,
        // On a button Enter and the arrows are the button's.
        ...(isInList ? { Enter: onOpen, ArrowDown: () => onMove(1), ArrowUp: () => onMove(-1), ' ': onSelect } : {}),
      }
      const run = acts[event.key]
      if (!run) return
      event.preventDefault()
      run()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
}
