import type { Language } from './define-texts.ts'

/** Each language in its own words, so that whoever got the wrong one finds the way back. */
export const languageNames: ReadonlyArray<{ value: Language; label: string }> = [
  { value: 'zh', label: '中文' },
  { value: 'en', label: 'English' },
]
