import type { Visitor } from './browser.ts'
import { adminPassword } from './tree.ts'

/** Signs in on the dashboard at that address and stands on `path` then; as the admin unless somebody else is named. */
export async function signInAt(
  { page }: Visitor,
  url: string,
  path = '/overview',
  who: { username: string; password: string } = { username: 'admin', password: adminPassword },
): Promise<void> {
  await page.goto(`${url}/sign-in?next=${encodeURIComponent(path)}`)
  await page.fill('input[name=username]', who.username)
  await page.fill('input[name=password]', who.password)
  await page.click('button[type=submit]')
  await page.waitForURL((address) => address.pathname === new URL(path, url).pathname)
}
