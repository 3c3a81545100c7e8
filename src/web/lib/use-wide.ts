import { useSyncExternalStore } from 'react'

/** As `md:` in the styles. */
const wide = matchMedia('(width >= 48rem)')

function subscribe(listener: () => void) {
  wide.addEventListener('change', listener)
  return () => wide.removeEventListener('change', listener)
}

/** Whether there is room for more than one column: for what is drawn in two ways, so that only one of them is. */
export const useWide = () => useSyncExternalStore(subscribe, () => wide.matches)
