import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createActs } from '../../src/probe/host/acts.ts'
import { createCapabilities } from '../../src/probe/host/capabilities.ts'
import { openHostAudit } from '../../src/probe/host/host-audit.ts'
import { createSites } from '../../src/probe/host/nginx/sites/sites.ts'
import { nginxRig, site } from '../host/nginx/nginx-rig.ts'
import { openSmallDisk } from './full-disk.ts'

const origin = { actor: 'ann', at: 'root', request_id: 'request-1' }

test('a site that is made while the disk of the node’s own state is full is refused with 507, and nginx stays as it was', async () => {
  const disk = openSmallDisk()
  onTestFinished(() => disk.close())
  const rig = await nginxRig({ stateDir: join(disk.folder, 'nginx') })
  onTestFinished(() => rig.close())
  await rig.start()
  const audit = openHostAudit({ file: join(rig.root, 'audit.db'), clock: Date.now })
  onTestFinished(() => audit.close())
  const acts = createActs({ capabilities: createCapabilities(['nginx']), audit })
  const wanted = { name: 'shop', config: site(rig.port, 'shop.test', 'shop'), enabled: true }
  const make = () =>
    acts.run({ origin }, { capability: 'nginx', action: 'nginx.create_site', target: 'shop' }, () =>
      createSites(rig.core).create(wanted),
    )

  disk.fill(process.pid)
  try {
    await expect(make()).rejects.toMatchObject({ status: 507, code: 'INSUFFICIENT_STORAGE' })
  } finally {
    disk.clear(process.pid)
  }
  expect(() => rig.read('sites-available/shop')).toThrow(/ENOENT/)
  await make()
  expect(rig.read('sites-available/shop')).toBe(wanted.config)
})
