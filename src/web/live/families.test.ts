import { expect, test } from 'vitest'
import { arrange, noFamilies } from './families.ts'
import fc from 'fast-check'

type Given = { agent_id: string; name: string; role: 'probe' | 'monitor'; path: string[] }
const byId = (nodes: readonly Given[]) => new Map(nodes.map((node) => [node.agent_id, node]))
const nodeOf = (path: string[], more: Partial<Given> = {}): Given => {
  const agent_id = path.at(-1) ?? ''
  return { agent_id, name: agent_id, role: 'probe', path, ...more }
}

test('a page that adds to one family leaves the others the same arrays', () => {
  const some = [nodeOf(['eu'], { role: 'monitor' }), nodeOf(['us'], { role: 'monitor' }), nodeOf(['eu', 'a'])]
  const before = arrange(byId(some), noFamilies, new Set(['eu', 'us', 'a']))
  const after = arrange(byId([...some, nodeOf(['us', 'b'])]), before, new Set(['b']))
  expect(after.childrenOf.get('eu')).toBe(before.childrenOf.get('eu'))
  expect(after.childrenOf.get(null)).toBe(before.childrenOf.get(null))
  expect(after.childrenOf.get('us')).toEqual(['b'])
})

const ids = ['a', 'b', 'c', 'd', 'e', 'f']
/** Any tree over some of the ids, each below one before it or at the top. */
const someTree = fc
  .array(
    fc.record({
      parent: fc.nat({ max: 6 }),
      name: fc.constantFrom('x', 'y2', 'y10'),
      isMonitor: fc.boolean(),
      isHere: fc.boolean(),
    }),
    { minLength: ids.length, maxLength: ids.length },
  )
  .map((drawn) => {
    const paths = new Map<string, string[]>()
    return drawn.flatMap(({ parent, name, isMonitor, isHere }, at) => {
      const id = ids[at] ?? ''
      // A path names also those that may not be seen.
      const path = [...(paths.get(ids[parent < at ? parent : at] ?? '') ?? []), id]
      paths.set(id, path)
      return isHere ? [nodeOf(path, { name, role: isMonitor ? 'monitor' : 'probe' })] : []
    })
  })

test('whatever came, went, moved or was renamed: it is the tree that sorting everything would give', () => {
  fc.assert(
    fc.property(someTree, someTree, (first, second) => {
      const [then, now] = [byId(first), byId(second)]
      const changed = ids.filter((id) => JSON.stringify(then.get(id)) !== JSON.stringify(now.get(id)))
      const after = arrange(now, arrange(then, noFamilies, new Set(ids)), new Set(changed))
      const anew = arrange(now, noFamilies, new Set(ids))
      const orderOf = ({ childrenOf }: typeof anew) =>
        [...childrenOf].map(([parent, family]) => [parent, family.map((id) => now.get(id)?.name)])
      expect(orderOf(after)).toEqual(orderOf(anew))
      expect(new Set([...after.childrenOf.values()].flat())).toEqual(new Set(now.keys()))
    }),
  )
})
