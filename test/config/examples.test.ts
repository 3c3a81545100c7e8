import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { loadConfig } from '../../src/platform/config/load.ts'

const folder = resolve(import.meta.dirname, '../../config')
const load = (name: string) => loadConfig({ file: resolve(folder, name), env: {} })

describe('the examples in config/', () => {
  test.each(readdirSync(folder))('%s loads without a mistake', (name) => {
    expect(() => load(name)).not.toThrow()
  })

  test('are the three roles', () => {
    const parts = (name: string) => {
      const { probe, monitor, upstream } = load(name)
      return { probe: probe.enabled, monitor: monitor.enabled, upstream: upstream.urls.length > 0 }
    }
    expect(parts('leaf.yaml')).toEqual({ probe: true, monitor: false, upstream: true })
    expect(parts('region.yaml')).toEqual({ probe: true, monitor: true, upstream: true })
    expect(parts('root.yaml')).toEqual({ probe: true, monitor: true, upstream: false })
  })

  test('run side by side on one machine: other ids, ports and data folders, each other’s parents', () => {
    const [leaf, region, root] = ['leaf.yaml', 'region.yaml', 'root.yaml'].map(load)
    const all = [leaf, region, root]
    for (const read of [(c = leaf) => c?.node.id, (c = leaf) => c?.server.port, (c = leaf) => c?.data_dir]) {
      expect(new Set(all.map((config) => read(config))).size).toBe(3)
    }
    expect(leaf?.upstream.urls).toEqual([`http://127.0.0.1:${region?.server.port}`])
    expect(region?.upstream.urls).toEqual([`http://127.0.0.1:${root?.server.port}`])
  })

  test('hold no password and no token', () => {
    for (const name of readdirSync(folder)) {
      const document = parseDocument(readFileSync(resolve(folder, name), 'utf8'))
      for (const path of ['monitor.admin_password', 'monitor.registration_token', 'upstream.token', 'llm.api_key']) {
        expect(document.getIn(path.split('.'))).toBeUndefined()
      }
    }
  })
})
