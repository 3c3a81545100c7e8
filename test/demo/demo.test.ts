import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { startDemo } from './run-demo.ts'

const steps = [
  'The root sees the whole tree',
  'L1: a service that its leaf may restart is killed',
  'L2: a service that its leaf may not restart is killed',
  'A leaf asks for a destructive fix',
  'L3: a service that cannot be started any more is killed',
  'A region is killed and comes back',
]

describe('cortex demo', { timeout: 180_000 }, () => {
  test('everything happens, each step is told with its time, and nothing is left', async () => {
    const demo = startDemo()
    const code = await demo.ended
    const output = demo.output()
    expect(code, output).toBe(0)
    for (const [index, step] of steps.entries()) {
      expect(output).toContain(`\n${index + 1}. ${step}\n`)
      expect(output).toMatch(new RegExp(`^done +[\\d.]+ m?s +${step}`, 'm'))
    }
    expect(output).not.toContain('FAILED')
    expect(output).not.toContain('\u001b')
    expect(output).toMatch(/region-eu +policy .*\n.*root +policy .*known_action/)
    expect(output).toMatch(/region-as +policy denies it \(destructive_command\)/)
    expect(output).toMatch(/root +one alert: region_unreachable/)
    expect(demo.left()).toEqual([])
  })

  test('told to stop midway it ends in failure and leaves no process and no folder', async () => {
    const demo = startDemo()
    await demo.printed('2. L1')
    demo.signal('SIGINT')
    expect(await demo.ended).toBe(1)
    expect(demo.output()).toContain('interrupted by SIGINT')
    expect(demo.left()).toEqual([])
  })

  test('interrupted before its tree is up it leaves nothing either', async () => {
    const demo = startDemo()
    await demo.printed('small services')
    demo.signal('SIGTERM')
    expect(await demo.ended).toBe(1)
    expect(demo.left()).toEqual([])
  })

  test('killed with -9 while a region is dead, everything still ends soon', async () => {
    const demo = startDemo()
    await demo.printed('2. L1')
    demo.killNode('region-eu')
    demo.signal('SIGKILL')
    await demo.ended
    for (let tries = 0; demo.left().length > 0 && tries < 300; tries += 1) await delay(100)
    expect(demo.left()).toEqual([])
  })

  test('--stay keeps the tree up and says how to look at it, and Ctrl-C ends it well', async () => {
    const demo = startDemo('--stay')
    await demo.printed('tree --watch --url')
    const [, url, password] = /root +(http:\S+) +sign in as admin, password (\S+)/.exec(demo.output()) ?? []
    const login = await fetch(`${url}/api/v1/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'admin', password }),
    })
    expect(login.status).toBe(200)
    demo.signal('SIGINT')
    expect(await demo.ended, demo.output()).toBe(0)
    expect(demo.left()).toEqual([])
  })
})
