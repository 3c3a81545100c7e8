import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { registerHost } from '../../src/node/host-part.ts'
import { loadConfig } from '../../src/platform/config/load.ts'
import { openDataDir } from '../../src/platform/data-dir.ts'
import { createLifecycle } from '../../src/platform/lifecycle.ts'
import { encodeBody } from '../../src/tree/link/headers.ts'
import { createMethods, type Methods } from '../../src/tree/link/methods.ts'
import { silent } from '../link/tree.ts'

const origin = { actor: 'ann', at: 'root', request_id: 'request-1' }

/** A host that allows everything, in folders of its own, and what it can be asked: every method with the shape it takes. */
async function willingHost() {
  const scratch = mkdtempSync(join(tmpdir(), 'cortex-asked-wrongly-'))
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true }))
  const config = loadConfig({
    env: {
      CORTEX_DATA_DIR: join(scratch, 'data'),
      CORTEX_MONITOR_ENABLED: 'false',
      CORTEX_UPSTREAM_URL: 'http://127.0.0.1:1',
      CORTEX_CAPABILITIES: `files:${join(scratch, 'data')},processes,terminal,docker,nginx,upgrade`,
      CORTEX_DOCKER_SOCKET: join(scratch, 'no-engine.sock'),
      CORTEX_NGINX_COMMAND: join(scratch, 'no-nginx'),
      CORTEX_NGINX_CONFIG_PATH: join(scratch, 'nginx.conf'),
    },
    host: { hostname: 'leaf', isRoot: false, homeDir: scratch, xdgDataHome: undefined },
  })
  const lifecycle = createLifecycle({ logger: silent })
  onTestFinished(async () => void (await lifecycle.stop('the test is over')))
  const methods = createMethods()
  const shapes = new Map<string, z.ZodType>()
  const recording: Methods = {
    ...methods,
    register: (method) => {
      shapes.set(method.name, method.params)
      methods.register(method)
    },
    registerStream: (method) => {
      shapes.set(method.name, method.params)
      methods.registerStream(method)
    },
  }
  const dataDir = await openDataDir(config.data_dir)
  const audit = await registerHost(recording, { config, dataDir, lifecycle, logger: silent, under: null })
  return {
    methods,
    shapes,
    audit,
    files: () => new Set(readdirSync(dataDir.path, { recursive: true, encoding: 'utf8' })),
  }
}

/** Asks as the root does; a stream that opened would be an error of the test. */
async function ask(methods: Methods, name: string, body: Uint8Array): Promise<unknown> {
  const signal = new AbortController().signal
  const context = { via: ['root'], meta: { origin }, deadlineMs: 10_000, signal }
  const call = methods.call(name)
  return call ? await call(body, context) : methods.stream(name)?.(body)
}

/** The fields of a method's parameters, of all their forms. */
function fieldsOf(shape: z.ZodType): string[] {
  if (shape instanceof z.ZodObject) return Object.keys(shape.shape)
  if (shape instanceof z.ZodUnion) return shape.options.flatMap((option) => fieldsOf(option as z.ZodType))
  if (shape instanceof z.ZodPipe) return fieldsOf(shape.in as z.ZodType)
  throw new TypeError(`parameters of the kind ${shape.def.type}`)
}

test('whatever a host is asked in a wrong shape is refused with the field at fault, and nothing is done or logged as done', async () => {
  const { methods, shapes, audit, files } = await willingHost()
  const before = files()
  expect(shapes.size).toBeGreaterThan(50)
  const wrongBodies = [
    ['no JSON', Buffer.from('{"pid":')],
    ['no UTF-8', Buffer.from([0xff, 0xfe])],
    ['a list', encodeBody([])],
    ['a text', encodeBody('files')],
    ['null', Buffer.from('null')],
  ] as const
  for (const [name, shape] of shapes) {
    for (const [what, body] of wrongBodies) {
      await expect(async () => await ask(methods, name, body), `${name}, ${what}`).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        status: 400,
      })
    }
    for (const field of fieldsOf(shape)) {
      const asked = async () => await ask(methods, name, encodeBody({ [field]: { wrong: { wrong: true } } }))
      await expect(asked, `${name}, ${field}`).rejects.toMatchObject({
        code: 'INVALID_REQUEST',
        details: {
          method: name,
          fields: expect.arrayContaining([{ field: expect.stringContaining(field), problem: expect.any(String) }]),
        },
      })
    }
  }
  expect(audit.after(0, 1_000)).toEqual([])
  expect(files()).toEqual(before)
})
