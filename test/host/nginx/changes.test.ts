import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readMainConfig, writeMainConfig } from '../../../src/probe/host/nginx/main-config.ts'
import { createSites, type Sites } from '../../../src/probe/host/nginx/sites/sites.ts'
import { readStatus } from '../../../src/probe/host/nginx/status.ts'
import { createVersionHistory } from '../../../src/probe/host/nginx/version-history.ts'
import { freePort, get, listening, type NginxRig, nginxRig, portOf, site } from './nginx-rig.ts'
import { becomeNobody } from './unprivileged.ts'

becomeNobody()

let rig: NginxRig
let sites: Sites

describe('a running nginx', () => {
  beforeEach(async () => {
    rig = await nginxRig()
    sites = createSites(rig.core)
    await rig.start()
  })
  afterEach(() => rig.close())

  const nothingLeft = (): void => {
    expect(readdirSync(join(rig.root, 'state')).filter((name) => !name.startsWith('versions.db'))).toEqual([])
    for (const folder of ['', 'sites-available', 'sites-enabled', 'conf.d']) {
      expect(readdirSync(join(rig.folder, folder)).filter((name) => name.startsWith('.'))).toEqual([])
    }
  }

  test('a new site is served by new workers, and its status, list and text tell it', async () => {
    const before = rig.running()
    const config = site(rig.port, 'shop.test www.shop.test', 'hello shop')
    expect(await sites.create({ name: 'shop', config, enabled: true })).toMatchObject({ success: true })
    expect((await get(rig.port, 'shop.test')).body).toBe('hello shop')
    expect((await get(rig.port, 'other.test')).body).toBe('default')
    const after = rig.running()
    expect(after?.master.pid).toBe(before?.master.pid)
    expect(after?.workers.some((pid) => before?.workers.includes(pid))).toBe(false)

    expect(await sites.get('shop')).toMatchObject({ name: 'shop', enabled: true, config })
    expect((await sites.list()).find(({ name }) => name === 'shop')).toEqual({
      name: 'shop',
      enabled: true,
      server_names: ['shop.test', 'www.shop.test'],
      listen: [`127.0.0.1:${rig.port}`],
      ssl: false,
      path: join(rig.folder, 'sites-available/shop'),
    })
    expect(await readStatus(rig.core)).toMatchObject({
      installed: true,
      running: true,
      version: expect.stringMatching(/^\d+\.\d+/),
      pid: after?.master.pid,
      config_path: join(rig.folder, 'nginx.conf'),
      sites: 2,
      errors: [],
    })
    nothingLeft()
  })

  test('a broken site is refused with the words, file and line of nginx; nothing has changed', async () => {
    const before = rig.running()
    const config = `server {\n    listen 127.0.0.1:${rig.port};\n    serve_name x;\n}\n`
    await expect(sites.create({ name: 'bad', config, enabled: true })).rejects.toMatchObject({
      code: 'UNPROCESSABLE',
      status: 422,
      details: { message: 'unknown directive "serve_name"', file: join(rig.folder, 'sites-enabled/bad'), line: 3 },
    })
    expect(rig.running()?.workers).toEqual(before?.workers)
    expect(readdirSync(join(rig.folder, 'sites-available'))).toEqual(['default'])
    expect(readdirSync(join(rig.folder, 'sites-enabled'))).toEqual(['default'])
    nothingLeft()
  })

  test('a broken main configuration is refused and the old one stays', async () => {
    const { content, etag } = await readMainConfig(rig.core)
    await expect(writeMainConfig(rig.core, { config: 'events {}\nhttp { nonsense on; }\n' })).rejects.toMatchObject({
      status: 422,
      details: { message: 'unknown directive "nonsense"', file: join(rig.folder, 'nginx.conf'), line: 2 },
    })
    expect(rig.read('nginx.conf')).toBe(content)
    await writeMainConfig(rig.core, { config: `# mine\n${content}`, etag })
    expect(rig.read('nginx.conf')).toBe(`# mine\n${content}`)
    await expect(writeMainConfig(rig.core, { config: content, etag })).rejects.toMatchObject({ status: 409 })
    expect((await get(rig.port, 'x')).body).toBe('default')
  })

  test('what only a reload can find is undone too: a port that another program has', async () => {
    const other = await listening(0)
    try {
      const config = site(portOf(other), 'x.test', 'never')
      await expect(sites.create({ name: 'taken', config, enabled: true })).rejects.toMatchObject({
        status: 422,
        details: { message: expect.stringContaining('Address already in use') },
      })
    } finally {
      await new Promise((resolve) => other.close(resolve))
    }
    expect(readdirSync(join(rig.folder, 'sites-enabled'))).toEqual(['default'])
    expect((await get(rig.port, 'x')).body).toBe('default')
    await sites.create({ name: 'later', config: site(rig.port, 'later.test', 'later'), enabled: true })
    expect((await get(rig.port, 'later.test')).body).toBe('later')
    nothingLeft()
  })

  test('disable, enable, update and delete do what they say, and may be said twice', async () => {
    await sites.create({ name: 'a.test', config: site(rig.port, 'a.test', 'one'), enabled: false })
    expect((await get(rig.port, 'a.test')).body).toBe('default')
    await sites.enable('a.test')
    await expect(sites.enable('a.test')).resolves.toMatchObject({ success: true })
    expect((await get(rig.port, 'a.test')).body).toBe('one')
    const { etag } = await sites.get('a.test')
    await sites.update({ name: 'a.test', config: site(rig.port, 'a.test', 'two'), etag })
    expect((await get(rig.port, 'a.test')).body).toBe('two')
    await expect(sites.update({ name: 'a.test', config: 'x', etag })).rejects.toMatchObject({ code: 'CONFLICT' })
    await sites.disable('a.test')
    await expect(sites.disable('a.test')).resolves.toMatchObject({ success: true })
    expect((await get(rig.port, 'a.test')).body).toBe('default')
    expect((await sites.get('a.test')).enabled).toBe(false)
    await sites.remove('a.test')
    await expect(sites.get('a.test')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(sites.create({ name: 'default', config: 'x;', enabled: true })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
    nothingLeft()
  })

  test('many changes at once are made one after the other, and all hold', async () => {
    const names = ['a', 'b', 'c', 'd', 'e']
    await Promise.all(
      names.map((name) => sites.create({ name, config: site(rig.port, `${name}.test`, name), enabled: true })),
    )
    for (const name of names) expect((await get(rig.port, `${name}.test`)).body).toBe(name)
  })

  test('no request is lost while sites change', async () => {
    let ended = false
    let asked = 0
    const failures: unknown[] = []
    const client = async (): Promise<void> => {
      while (!ended) {
        asked += 1
        await get(rig.port, 'x').then(
          ({ body }) => body === 'default' || failures.push(body),
          (error: unknown) => failures.push(error),
        )
      }
    }
    const clients = [client(), client()]
    for (const name of ['a', 'b', 'c']) {
      await sites.create({ name, config: site(rig.port, `${name}.test`, name), enabled: true })
      await expect(sites.update({ name, config: 'server {' })).rejects.toMatchObject({ status: 422 })
    }
    ended = true
    await Promise.all(clients)
    expect(asked).toBeGreaterThan(20)
    expect(failures).toEqual([])
  })

  test('earlier contents are kept, also what was written by hand; they can be compared and put back', async () => {
    const history = createVersionHistory(rig.core)
    await sites.create({ name: 'v', config: site(rig.port, 'v.test', 'first'), enabled: true })
    writeFileSync(join(rig.folder, 'sites-available/v'), site(rig.port, 'v.test', 'by hand'))
    await sites.update({ name: 'v', config: site(rig.port, 'v.test', 'third') })
    const versions = await history.list('v')
    expect(versions.map(({ kept }) => kept)).toEqual(['after', 'before', 'after'])
    const [, byHand, first] = versions
    const { diff, before, after } = await history.diff(first!.id)
    expect(diff).toContain('+    location / { return 200 "third"; }')
    expect([before, after]).toEqual([expect.not.stringContaining('third'), expect.stringContaining('third')])
    await history.restore(byHand!.id)
    expect((await get(rig.port, 'v.test')).body).toBe('by hand')
    await sites.remove('v')
    await history.restore(first!.id)
    expect(await sites.get('v')).toMatchObject({ enabled: false, config: site(rig.port, 'v.test', 'first') })
    await expect(history.restore(999)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  test('a file in another encoding is put back to the byte when a change fails', async () => {
    const gbk = Buffer.concat([Buffer.from('# '), Buffer.from([0xd6, 0xd0, 0xce, 0xc4, 0x0a])])
    const text = Buffer.concat([gbk, Buffer.from(site(rig.port, 'gbk.test', 'gbk'))])
    writeFileSync(join(rig.folder, 'sites-available/gbk'), text)
    await sites.enable('gbk')
    expect((await get(rig.port, 'gbk.test')).body).toBe('gbk')
    const other = await listening(0)
    try {
      const config = site(portOf(other), 'gbk.test', 'never')
      await expect(sites.update({ name: 'gbk', config })).rejects.toMatchObject({ status: 422 })
    } finally {
      await new Promise((resolve) => other.close(resolve))
    }
    expect(Buffer.compare(readFileSync(join(rig.folder, 'sites-available/gbk')), text)).toBe(0)
  })

  test('the mode of a replaced file stays', async () => {
    chmodSync(join(rig.folder, 'sites-available/default'), 0o640)
    await sites.update({ name: 'default', config: site(rig.port, '_', 'changed') })
    expect(statSync(join(rig.folder, 'sites-available/default')).mode & 0o777).toBe(0o640)
    expect((await get(rig.port, 'x')).body).toBe('changed')
  })
})

describe('the layout of conf.d', () => {
  beforeEach(async () => {
    rig = await nginxRig({ layout: 'conf.d' })
    sites = createSites(rig.core)
    await rig.start()
  })
  afterEach(() => rig.close())

  test('sites are files that are renamed to disable them', async () => {
    await sites.create({ name: 'shop', config: site(rig.port, 'shop.test', 'shop'), enabled: true })
    expect(readdirSync(join(rig.folder, 'conf.d')).sort()).toEqual(['default.conf', 'shop.conf'])
    expect((await get(rig.port, 'shop.test')).body).toBe('shop')
    await sites.disable('shop')
    expect(readdirSync(join(rig.folder, 'conf.d')).sort()).toEqual(['default.conf', 'shop.conf.disabled'])
    expect((await sites.list()).map(({ name, enabled }) => [name, enabled])).toEqual([
      ['default', true],
      ['shop', false],
    ])
    expect((await get(rig.port, 'shop.test')).body).toBe('default')
    await sites.enable('shop')
    expect((await get(rig.port, 'shop.test')).body).toBe('shop')
    await sites.remove('shop')
    expect(readdirSync(join(rig.folder, 'conf.d'))).toEqual(['default.conf'])
  })
})

test('a change while nginx does not run is tested, and taken when it starts', async () => {
  rig = await nginxRig()
  sites = createSites(rig.core)
  try {
    const port = await freePort()
    await expect(sites.create({ name: 'bad', config: 'server {', enabled: true })).rejects.toMatchObject({
      status: 422,
    })
    const { output } = await sites.create({ name: 'ok', config: site(port, 'ok.test', 'ok'), enabled: true })
    expect(output).toContain('not running')
    expect((await readStatus(rig.core)).running).toBe(false)
    await rig.start()
    expect((await get(port, 'ok.test')).body).toBe('ok')
  } finally {
    await rig.close()
  }
})
