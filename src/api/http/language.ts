/** The languages that messages exist in; codes and data never change with it. */
export type Language = 'zh' | 'en'

const maxHeaderLength = 512

/** The language that an `Accept-Language` header prefers; Chinese when it names none of ours. */
export function preferredLanguage(header: string | undefined): Language {
  if (!header) return 'zh'
  let best: { language: Language; quality: number } | undefined
  for (const part of header.slice(0, maxHeaderLength).split(',')) {
    const [tag = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase())
    const language = languageOf(tag)
    const quality = qualityOf(parameters)
    if (language && quality > 0 && (!best || quality > best.quality)) best = { language, quality }
  }
  return best?.language ?? 'zh'
}

function languageOf(tag: string): Language | undefined {
  const [primary] = tag.split('-')
  return primary === 'zh' || primary === 'en' ? primary : undefined
}

function qualityOf(parameters: string[]): number {
  const q = parameters.find((parameter) => parameter.startsWith('q='))
  if (!q) return 1
  const value = Number(q.slice(2))
  return value >= 0 && value <= 1 ? value : 0
}
