import type { Visitor } from '../support/browser.ts'
import { adminPassword } from '../support/tree.ts'

/** Signs in as the admin of a tree at the page that the visitor is sent to, and waits for `lands` (default: the overview). */
export async function signIn({ page }: Pick<Visitor, 'page'>, url: string, lands = '**/overview'): Promise<void> {
  await page.goto(url)
  await fillSignIn({ page })
  await page.waitForURL(lands)
}

/** Fills the form that is shown and sends it. */
export async function fillSignIn({ page }: Pick<Visitor, 'page'>): Promise<void> {
  await page.fill('input[name=username]', 'admin')
  await page.fill('input[name=password]', adminPassword)
  await page.click('button[type=submit]')
}
