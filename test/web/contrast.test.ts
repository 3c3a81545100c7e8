import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

/** The tokens of both themes as they stand in the style sheet. */
const css = readFileSync(join(import.meta.dirname, '../../src/web/styles.css'), 'utf8')
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name = '', light = '', dark = '']) => [name, { light, dark }] as const,
  ),
)

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** As WCAG 2 defines it: 1 to 21. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

const grounds = ['page', 'panel', 'raised', 'hover', 'chosen']
const inks = ['ink', 'soft', 'accent', 'good', 'warn', 'bad', 'off']
const texts = [
  ...inks.flatMap((ink) => grounds.map((ground) => [ink, ground] as const)),
  ['on-accent', 'accent'],
  ...(['good', 'warn', 'bad'] as const).flatMap((tone) => [
    [tone, `${tone}-ground`] as const,
    ['ink', `${tone}-ground`] as const,
  ]),
] as const

test.each(['light', 'dark'] as const)('every text can be read on every ground (AA) in the %s theme', (theme) => {
  const colour = (name: string) => tokens.get(name)?.[theme] ?? expect.fail(`no token ${name}`)
  const weak = texts.flatMap(([ink, ground]) => {
    const ratio = contrast(colour(ink), colour(ground))
    return ratio < 4.5 ? [`${ink} on ${ground}: ${ratio.toFixed(2)}`] : []
  })
  expect(weak).toEqual([])
})

test.each(['light', 'dark'] as const)('fields and the focus ring stand out (3:1) in the %s theme', (theme) => {
  for (const line of ['strong-line', 'accent']) {
    for (const ground of ['page', 'panel', 'raised']) {
      const [a, b] = [tokens.get(line)?.[theme] ?? '', tokens.get(ground)?.[theme] ?? '']
      expect([line, ground, contrast(a, b) >= 3]).toEqual([line, ground, true])
    }
  }
})
