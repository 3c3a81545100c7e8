import { isCollection, isMap, isNode, isPair, isScalar, LineCounter, parseAllDocuments, type Document } from 'yaml'
import type { ConfigMistake } from './mistakes.ts'

export type KeyPath = readonly (string | number)[]

/** What a config file says, and where each key stands in it. */
export interface YamlSource {
  value: unknown
  /** `file:line:column` of a key, or of the nearest one above it that is there. */
  locate(path: KeyPath): string
  mistakes: ConfigMistake[]
}

/** Parses one YAML document. What is not YAML, a key given twice or a second document are mistakes with their line. */
export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter()
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const documents: Document[] = Array.isArray(parsed) ? parsed : []
  const at = (offset: number | undefined) => {
    if (offset === undefined) return file
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  const mistakes: ConfigMistake[] = documents
    .flatMap((document) => [...document.errors, ...document.warnings])
    .map((problem) => ({ where: at(problem.pos[0]), key: '', message: problem.message }))
  if (documents[1])
    mistakes.push({ where: at(documents[1].range?.[0]), key: '', message: 'only one YAML document is read' })

  const [document] = documents
  return {
    value: mistakes.length === 0 ? plainValue(document, mistakes, file) : {},
    locate: (path) => at(document && offsetOf(document, path)),
    mistakes,
  }
}

function plainValue(document: Document | undefined, mistakes: ConfigMistake[], file: string): unknown {
  try {
    // Aliases are counted, so that a few lines cannot grow into gigabytes.
    return document?.toJS({ maxAliasCount: 100 }) ?? {}
  } catch (error) {
    if (!(error instanceof ReferenceError)) throw error
    mistakes.push({ where: file, key: '', message: error.message })
    return {}
  }
}

/** Where a key begins in the text: the key itself in a map, the item in a list. */
function offsetOf(document: Document, path: KeyPath): number | undefined {
  let offset = document.contents?.range?.[0]
  let node: unknown = document.contents
  for (const step of path) {
    if (!isCollection(node)) return offset
    const entry = isMap(node)
      ? node.items.find((pair) => isPair(pair) && isScalar(pair.key) && String(pair.key.value) === String(step))
      : node.items[Number(step)]
    if (entry === undefined) return offset
    const [begin, next] = isPair(entry) ? [entry.key, entry.value] : [entry, entry]
    if (isNode(begin)) offset = begin.range?.[0] ?? offset
    node = next
  }
  return offset
}
