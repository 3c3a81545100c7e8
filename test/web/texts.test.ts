import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Texts } from '../../src/web/i18n/define-texts.ts'

const web = resolve(import.meta.dirname, '../../src/web')
const sources = readdirSync(web, { recursive: true, encoding: 'utf8' })
const catalogues = sources.filter((path) => path.endsWith('.texts.ts'))
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '').toSorted()

describe.each(catalogues)('%s', async (path) => {
  const module = (await import(resolve(web, path))) as Record<string, Texts<string>>

  test('has every text in both languages, with the same placeholders', () => {
    const all = Object.values(module)
    expect(all).toHaveLength(1)
    for (const { zh, en } of all) {
      expect(Object.keys(en).toSorted()).toEqual(Object.keys(zh).toSorted())
      for (const [key, text] of Object.entries(zh)) {
        expect(text.trim(), key).not.toBe('')
        expect((en[key] ?? '').trim(), key).not.toBe('')
        expect(placeholders(en[key] ?? ''), key).toEqual(placeholders(text))
      }
    }
  })

  test('is Chinese where it says zh, and not where it says en', () => {
    const han = /\p{Script=Han}/u
    for (const { en } of Object.values(module)) {
      expect(Object.entries(en).filter(([, text]) => han.test(text))).toEqual([])
    }
  })
})

test('there are catalogues to look at', () => {
  expect(catalogues.length).toBeGreaterThan(5)
})

test('no text for people stands outside of the catalogues', () => {
  /** Between an opening tag and the closing one: words. */
  const words = /<[A-Za-z][\w.]*(?:\s[^<>]*)?>\s*([^<>{}]*\p{L}{2,}[^<>{}]*)<\//gu
  const attributes = /\b(?:title|label|aria-label|placeholder|alt)="([^"]*\p{L}{2,}[^"]*)"/gu
  /** Names and keys that are the same in every language. */
  const names = new Set(['Cortex', 'Ctrl', 'Ctrl K'])
  const found = sources
    .filter((path) => path.endsWith('.tsx'))
    .flatMap((path) => {
      const text = readFileSync(resolve(web, path), 'utf8')
      return [...text.matchAll(words), ...text.matchAll(attributes)]
        .map((match) => (match[1] ?? '').trim())
        .filter((word) => !names.has(word))
        .map((word) => `${path}: ${word}`)
    })
  expect(found).toEqual([])
})

test('a text of a node is never put in as HTML', () => {
  const dangerous = sources.filter(
    (path) =>
      /\.tsx?$/.test(path) &&
      /dangerouslySetInnerHTML|innerHTML|insertAdjacentHTML/.test(readFileSync(resolve(web, path), 'utf8')),
  )
  expect(dangerous).toEqual([])
})
