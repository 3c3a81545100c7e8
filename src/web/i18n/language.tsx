import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react'
import { remembered } from '../lib/remembered.ts'
import { fill, type Language, type Texts } from './define-texts.ts'

const stored = remembered<Language>('cortex.language', ['zh', 'en'])

/** The language the person chose, else that of the browser: Chinese, or English for all others. */
export function currentLanguage(): Language {
  return stored.read() ?? (/^zh\b/i.test(navigator.language) ? 'zh' : 'en')
}

const LanguageContext = createContext<{ language: Language; choose: (language: Language) => void } | null>(null)

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(currentLanguage)
  document.documentElement.lang = language
  const value = useMemo(
    () => ({
      language,
      choose(next: Language) {
        stored.write(next)
        setLanguage(next)
      },
    }),
    [language],
  )
  return <LanguageContext value={value}>{children}</LanguageContext>
}

/** The language, and how to change it. */
export function useLanguage() {
  const value = useContext(LanguageContext)
  if (!value) throw new Error('no LanguageProvider above')
  return value
}

/** Gives `t`: a text of this catalogue in the person's language. */
export function useTexts<Key extends string>(texts: Texts<Key>) {
  const { language } = useLanguage()
  return useCallback(
    (key: Key, values?: Readonly<Record<string, string | number>>) => fill(texts[language][key], values),
    [texts, language],
  )
}
