import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startBrowser, type Visitor } from '../support/browser.ts'
import { adminPassword, plantTree } from '../support/tree.ts'
import { until } from '../support/until.ts'
import { nodesAt } from '../tree/views.ts'

/**
 * Root, region and a leaf `db-1` that lets people work on it: terminals, as nobody when the tests run as root, and files in
 * `scratch`, of which `read-only` may only be read. With a browser.
 */
export async function hostRig() {
  const tree = plantTree()
  const scratch = mkdtempSync(join(tmpdir(), 'cortex-browser-host-'))
  chmodSync(scratch, 0o777)
  const browser = await startBrowser()
  async function close(): Promise<void> {
    await browser.close()
    await tree.close()
    rmSync(scratch, { recursive: true, force: true })
  }
  try {
    const capabilities = `terminal,files:${scratch},files:${scratch}/read-only:ro`
    const harmless: Record<string, string> = process.getuid?.() === 0 ? { CORTEX_TERMINAL_RUN_AS: 'nobody' } : {}
    const root = await tree.monitor('root', { inside: true, env: { CORTEX_RATE_LIMITS_CALLS_PER_SECOND: '10000' } })
    const region = await tree.monitor('eu', { inside: true, parents: [root.url] })
    await tree.leaf('db-1', {
      inside: true,
      parents: [region.url],
      env: { CORTEX_CAPABILITIES: capabilities, ...harmless },
    })
    await until('the leaf is known at the root', async () => (await nodesAt(root)).get('db-1')?.status === 'online')
    return { tree, root, scratch, browser, close }
  } catch (error) {
    await close()
    throw error
  }
}
export type HostRig = Awaited<ReturnType<typeof hostRig>>

/** Signs in at the dashboard of `url` as its admin. */
export async function signIn({ page }: Visitor, url: string): Promise<void> {
  await page.goto(`${url}/`)
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', adminPassword)
  await page.click('button[type=submit]')
  await page.waitForURL('**/overview')
}

/** Complaints but for requests that a page gave up because another was opened. */
export const withoutNavigation = (complaints: readonly string[]): string[] =>
  complaints.filter((complaint) => !complaint.includes('net::ERR_ABORTED'))
