import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')
const sources = readdirSync(resolve(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(ts|tsx|cjs|js)$/.test(path))
  .map((path) => `src/${path}`)
const textOf = (path: string) => readFileSync(resolve(root, path), 'utf8')

/** What a folder of `src` may import besides itself. The arrows of the README's map are these. */
const layers: Record<string, readonly string[]> = {
  lib: [],
  contract: ['lib'],
  platform: ['lib', 'contract'],
  tree: ['lib', 'contract', 'platform'],
  probe: ['lib', 'contract', 'platform', 'tree'],
  db: ['lib', 'contract', 'platform'],
  monitor: ['lib', 'contract', 'platform', 'tree', 'db'],
  api: ['lib', 'contract', 'platform', 'tree', 'db', 'monitor'],
  node: ['lib', 'contract', 'platform', 'tree', 'probe', 'db', 'monitor', 'api'],
  cli: ['lib', 'contract', 'platform', 'tree', 'probe', 'db', 'monitor', 'api', 'node'],
  web: ['contract'],
}

/** The floors of `monitor`, from the ground up: a folder may import only folders below it. */
const floors = [
  'changes',
  'replicas',
  'sharing',
  'audit',
  'auth',
  'nodes',
  'intents',
  'notifications',
  'commands',
  'silences',
  'alerts',
  'audit-heads',
  'decisions',
  'history',
  'liveness',
  'alerting',
  'membership',
  'rollup',
  'rules',
  'reports',
  'operations',
  'releases',
  'rollouts',
  'servers',
  'retention',
  'realtime',
  'settings',
]

const ANY_IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\(\s*)(['"])(\.{1,2}\/[^'"]+)\1/g
/** What is loaded with the file itself: neither `import()` nor `import type`. */
const LOADED_IMPORT = /^(?:import|export|\})(?! type)[^;()]*?(?:\bfrom\s*)?(['"])(\.{1,2}\/[^'"]+)\1/gm

/** The relative imports of a file as paths from the root of the project: static, dynamic and re-exported ones. */
function importsOf(path: string, statements = ANY_IMPORT): string[] {
  return [...textOf(path).matchAll(statements)].map((match) =>
    relative(root, resolve(root, dirname(path), match[2] ?? '')),
  )
}

/** All files that are loaded with that one. */
function loadedFrom(entry: string): string[] {
  const reached = new Set<string>([entry])
  for (const path of reached) for (const target of importsOf(path, LOADED_IMPORT)) reached.add(target)
  return [...reached]
}

const parts = (path: string) => path.split('/')
const layerOf = (path: string) => (parts(path).length > 2 ? parts(path)[1] : undefined)
const floorOf = (path: string) => (layerOf(path) === 'monitor' && parts(path).length > 3 ? parts(path)[2] : undefined)

describe('the arrows between the folders of src', () => {
  test('every folder has its place in the table', () => {
    const folders = new Set(sources.map(layerOf).filter((layer) => layer !== undefined))
    expect([...folders].filter((layer) => !(layer in layers))).toEqual([])
  })

  test('a folder imports only from the layers below it', () => {
    const wrong = sources.flatMap((path) => {
      const from = layerOf(path)
      // main.ts stands above all and hands over to the CLI.
      if (from === undefined) return []
      return importsOf(path)
        .filter((target) => !(path.endsWith('.test.ts') && target.startsWith('test/support/')))
        .filter((target) => layerOf(target) !== from && !layers[from]?.includes(layerOf(target) ?? ''))
        .map((target) => `${path} → ${target}`)
    })
    expect(wrong).toEqual([])
  })

  test('every folder of monitor has its floor, and imports only from lower floors', () => {
    const wrong = sources.flatMap((path) => {
      const from = floorOf(path)
      if (from === undefined) return []
      if (!floors.includes(from)) return [`${path}: no floor called ${from}`]
      return importsOf(path)
        .filter(
          (target) => floorOf(target) !== undefined && floors.indexOf(floorOf(target) ?? '') > floors.indexOf(from),
        )
        .map((target) => `${path} → ${target}`)
    })
    expect(wrong).toEqual([])
  })

  test('every import is seen: what is asked for exists', () => {
    const known = new Set(sources)
    const isStyle = (path: string) => path.endsWith('.css') && existsSync(resolve(root, path))
    const outside = sources.flatMap((path) =>
      importsOf(path)
        .filter((target) => target.startsWith('src/') && !known.has(target) && !isStyle(target))
        .map((target) => `${path} → ${target}`),
    )
    expect(outside).toEqual([])
    expect(sources.flatMap((path) => importsOf(path)).length).toBeGreaterThan(100)
  })

  test('the command line loads no database code before a command asks for it', () => {
    const reached = loadedFrom('src/main.ts')
    expect(reached.length).toBeGreaterThan(10)
    expect(reached.filter((path) => /^src\/(db|monitor|api|node)\//.test(path))).toEqual([])
  })

  test('a node loads nothing of a monitor before its config asks for one', () => {
    const reached = loadedFrom('src/node/node.ts')
    expect(reached.length).toBeGreaterThan(100)
    expect(reached.filter((path) => /^src\/(db|monitor)\//.test(path))).toEqual([])
  })

  test('a leaf reaches no database code from its probe and its tree', () => {
    const libraries = /from '(postgres|drizzle-orm[^']*|@hono\/zod-openapi)'/
    expect(
      sources.filter((path) => /^src\/(probe|tree|lib|contract|platform)\//.test(path) && libraries.test(textOf(path))),
    ).toEqual([])
  })
})

describe('the files of src', () => {
  test('are named after one idea', () => {
    const vague = /^(index|utils?|helpers?|types|common|misc|shared|constants|base)\.(ts|tsx|js)$/
    const found = sources.filter((path) => vague.test(parts(path).at(-1) ?? '') && path !== 'src/contract/common.ts')
    expect(found).toEqual([])
  })

  test('have at most 300 lines', () => {
    const long = sources.map((path) => [path, textOf(path).split('\n').length - 1] as const)
    expect(long.filter(([, lines]) => lines > 300)).toEqual([])
  })

  test('do not hand on what is not theirs: no barrel', () => {
    const isBarrel = (text: string) => /^export \* from/m.test(text)
    expect(sources.filter((path) => isBarrel(textOf(path)))).toEqual([])
  })

  test('hold no escape from the types and no promise for later', () => {
    const escape = /\bas any\b|: any\b|@ts-(ignore|expect-error|nocheck)|\b(TODO|FIXME|XXX)\b/
    expect(sources.filter((path) => escape.test(textOf(path)))).toEqual([])
  })
})
