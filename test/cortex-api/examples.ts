import { readFileSync } from 'node:fs'

/** A heading of the API description with the fenced blocks below it. */
export interface Section {
  title: string
  text: string
  blocks: Array<{ language: string; text: string }>
}

const documentUrl = new URL('../fixtures/cortex-api.md', import.meta.url)

/** The sections of the API description, by the text of their headings. */
function readSections(): Section[] {
  const parts = readFileSync(documentUrl, 'utf8').split(/^#{2,4} /m)
  return parts.map((part) => {
    const [title = '', ...lines] = part.split('\n')
    const text = lines.join('\n')
    const fences = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    return { title, text, blocks: fences.map(([, language = '', block = '']) => ({ language, text: block })) }
  })
}

/** The section with this heading. */
export function sectionOf(title: string): Section {
  const found = readSections().find((section) => section.title === title)
  if (!found) throw new Error(`the API description has no section ${title}`)
  return found
}

/** A JSON example; `{ ... }` and `[ ... ]` in it stand for anything and read as `{}` and `[]`. */
export function readJson(text: string): Record<string, unknown> {
  return JSON.parse(text.replaceAll(/([{[])\s*\.\.\.\s*([}\]])/g, '$1$2')) as Record<string, unknown>
}

/** An endpoint with its example request and answer, as described. */
export interface Example {
  title: string
  method: string
  path: string
  query: string
  request: Record<string, unknown> | undefined
  answer: Record<string, unknown>
}

/** The 19 endpoints in their order. */
export function readExamples(): Example[] {
  return readSections().flatMap(({ title, text, blocks }) => {
    const endpoint = /\*\*端点\*\*：`(\w+) (\S+)`/.exec(text)
    if (!endpoint) return []
    const [, method = '', path = ''] = endpoint
    const bodies = blocks.filter(({ language }) => language === 'json').map((block) => readJson(block.text))
    const query = /\*\*示例\*\*：`GET [^?`]+(\?[^`]*)`/.exec(text)?.[1] ?? ''
    const answer = bodies.at(-1)
    if (!answer) throw new Error(`${title} has no example`)
    return [{ title, method, path, query, request: bodies.length > 1 ? bodies[0] : undefined, answer }]
  })
}

/**
 * What the answer lacks of the example: a field that is not there or has another type. Lists are compared by their first
 * item, and must have one when the example has one. Fields that the example does not have are allowed.
 */
export function lacks(example: unknown, answer: unknown, path = ''): string[] {
  // What the example shows as null may have a value in the answer.
  if (example === null) return answer === undefined ? [`${path} is missing`] : []
  if (kindOf(example) !== kindOf(answer)) return [`${path} is ${kindOf(answer)}, not ${kindOf(example)}`]
  if (Array.isArray(example) && Array.isArray(answer)) {
    if (example.length === 0) return []
    return answer.length === 0 ? [`${path} is empty`] : lacks(example[0], answer[0], `${path}[0]`)
  }
  if (!isObject(example) || !isObject(answer)) return []
  return Object.entries(example).flatMap(([key, value]) => lacks(value, answer[key], `${path}.${key}`))
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'list'
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) && /^\d{4}-\d\d-\d\dT/.test(value)
    ? 'time'
    : typeof value
}
