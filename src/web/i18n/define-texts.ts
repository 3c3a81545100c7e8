export type Language = 'zh' | 'en'

/** The texts of one part of the dashboard, in both languages, with the same keys. Placeholders are `{name}`. */
export interface Texts<Key extends string> {
  readonly zh: Readonly<Record<Key, string>>
  readonly en: Readonly<Record<Key, string>>
}

/**
 * Declares the texts of a page or component, in a file `texts.ts` (or `<name>.texts.ts`) beside it. The compiler wants
 * every key in both languages; a test compares the placeholders.
 */
export function defineTexts<Key extends string>(texts: {
  zh: Record<Key, string>
  en: Record<NoInfer<Key>, string>
}): Texts<Key> {
  return texts
}

/** A text with its placeholders filled in. One that was not given stays as it is, so that it is seen. */
export function fill(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole))
}
