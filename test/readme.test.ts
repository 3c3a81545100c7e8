import { execFile } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { configKeys } from '../src/platform/config/config-keys.ts'
import { referenceTable } from '../src/platform/config/reference.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const documents = ['README.md', 'README.zh.md']
const everything = documents.map(read).join('\n')
const found = (pattern: RegExp) =>
  [...new Set([...everything.matchAll(pattern)].map((match) => match[1] ?? ''))].toSorted()

/** What stands between two markers of the README is made, not written. With UPDATE_README=1 it is made anew. */
function between(marker: string, made: string): void {
  const text = read('README.md')
  const [, before = '', inside = '', after = ''] =
    new RegExp(`^([^]*<!-- ${marker}[^\\n]*-->\\n)([^]*?)(<!-- end of ${marker} -->[^]*)$`).exec(text) ?? []
  expect(before, `the README has a place for the ${marker}`).not.toBe('')
  if (process.env['UPDATE_README'] === '1') writeFileSync(join(root, 'README.md'), `${before}${made}${after}`)
  else expect(inside, 'UPDATE_README=1 npx vitest run test/readme.test.ts makes it current').toBe(made)
}

test('the config reference in the README is what the schemas say', () => {
  between('config reference', `\n${referenceTable(configKeys())}\n`)
})

test('the floors of the monitor in the README are those that the architecture test holds', () => {
  const list = /const floors = \[([^\]]+)\]/.exec(read('test/architecture.test.ts'))?.[1] ?? ''
  const names = [...list.matchAll(/'([\w-]+)'/g)].map((match) => match[1])
  expect(names.length).toBeGreaterThan(5)
  between('floors', `\n\`${names.join(' → ')}\`\n\n`)
})

test('every npm script that the READMEs name exists', () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts)
  const named = found(/npm run (?:-s )?([a-z:]+)/g)
  expect(named).toContain('demo')
  expect(named.filter((name) => !scripts.includes(name))).toEqual([])
})

test('every command of the CLI that the READMEs name exists', async () => {
  const named = found(/npm run -s cortex -- ([a-z]+)/g)
  expect(named.length).toBeGreaterThan(5)
  const unknown = await Promise.all(
    named.map((name) =>
      run(process.execPath, [join(root, 'src/launch.cjs'), name, '--help'], { timeout: 20_000 }).then(
        () => [],
        () => [name],
      ),
    ),
  )
  expect(unknown.flat()).toEqual([])
})

test('every file that the READMEs point at exists', () => {
  const links = found(/\]\((?!https?:|#)([^)#]+)\)/g)
  const paths = found(/`((?:src|test|config|examples|drizzle|bench)\/[\w./-]*)`/g)
  expect(links.length + paths.length).toBeGreaterThan(20)
  expect([...links, ...paths].filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('every section that the contents list exists', () => {
  const headings = [...read('README.md').matchAll(/^#+ (.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replaceAll(/[^\w -]/g, '')
      .replaceAll(' ', '-'),
  )
  const listed = [...read('README.md').matchAll(/\]\(#([^)]+)\)/g)].map((match) => match[1] ?? '')
  expect(listed.filter((anchor) => !headings.includes(anchor))).toEqual([])
})

test('every environment variable that the READMEs name is one', () => {
  const reference = referenceTable(configKeys())
  const named = found(/\b((?:CORTEX|OPENAI|DATABASE)_[A-Z_]+)\b/g)
  expect(named.length).toBeGreaterThan(20)
  expect(
    named.filter((name) => name !== 'CORTEX_CONFIG' && name !== 'CORTEX_' && !reference.includes(`\`${name}\``)),
  ).toEqual([])
})
