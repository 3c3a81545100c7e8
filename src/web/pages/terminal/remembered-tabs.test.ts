import { expect, test } from 'vitest'
import { nextName, rememberedTabs } from './remembered-tabs.ts'

const session = 'a'.repeat(43)
const other = 'b'.repeat(43)

function store(text: string | null) {
  const kept = new Map(text === null ? [] : [['cortex.terminals ann db-1', text]])
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  }
}

test('what was open is found again by the same person on the same node, and by nobody else', () => {
  const storage = store(null)
  const tabs = { tabs: [{ session, name: 'bash', named: false }], chosen: session }
  rememberedTabs(storage, 'ann', 'db-1').write(tabs)
  expect(rememberedTabs(storage, 'ann', 'db-1').read()).toEqual(tabs)
  expect(rememberedTabs(storage, 'ann', 'db-2').read().tabs).toEqual([])
  expect(rememberedTabs(storage, 'bob', 'db-1').read().tabs).toEqual([])
})

test.each([['{'], ['null'], ['{"tabs":7}'], ['{"tabs":[{"session":"../x","name":"n","named":false}]}']])(
  'what makes no sense is forgotten: %s',
  (text) => {
    expect(rememberedTabs(store(text), 'ann', 'db-1').read()).toEqual({ tabs: [], chosen: null })
  },
)

test('a chosen tab that is not there any more is the first', () => {
  const tabs = [{ session, name: 'bash', named: false }]
  const text = JSON.stringify({ tabs, chosen: other })
  expect(rememberedTabs(store(text), 'ann', 'db-1').read().chosen).toBe(session)
})

test('a browser that keeps nothing is no failure', () => {
  const full = {
    getItem: () => {
      throw new Error('denied')
    },
    setItem: () => {
      throw new Error('full')
    },
  }
  expect(rememberedTabs(full, 'ann', 'db-1').read().tabs).toEqual([])
  rememberedTabs(full, 'ann', 'db-1').write({ tabs: [], chosen: null })
})

test.each([
  ['/bin/bash', [], 'bash'],
  ['/bin/bash', ['bash'], 'bash 2'],
  ['/bin/bash', ['bash', 'bash 3'], 'bash 2'],
  ['', [], 'sh'],
])('a shell %s beside %j is called %s', (shell, taken, name) => {
  expect(nextName(shell, taken)).toBe(name)
})
