import { remembered } from '../lib/remembered.ts'

export type Theme = 'system' | 'light' | 'dark'
const stored = remembered<Theme>('cortex.theme', ['system', 'light', 'dark'])

export const currentTheme = (): Theme => stored.read() ?? 'system'

/** Shows the theme at once; `system` leaves it to the browser. */
export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

export function chooseTheme(theme: Theme): void {
  stored.write(theme)
  showTheme(theme)
}
