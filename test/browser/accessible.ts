import type { Visitor } from '../support/browser.ts'

const controls = new Set([
  'button',
  'checkbox',
  'combobox',
  'link',
  'menuitem',
  'menuitemradio',
  'option',
  'radio',
  'searchbox',
  'slider',
  'spinbutton',
  'switch',
  'tab',
  'textbox',
  'treeitem',
])

/** Controls of the page that have no name, as the browser tells them to a screen reader: their role and markup. */
export async function namelessControls({ page, context }: Pick<Visitor, 'page' | 'context'>): Promise<string[]> {
  const session = await context.newCDPSession(page)
  try {
    const { nodes } = await session.send('Accessibility.getFullAXTree')
    const nameless = nodes.filter(
      (node) => !node.ignored && controls.has(String(node.role?.value)) && String(node.name?.value ?? '').trim() === '',
    )
    return nameless.map((node) => `${String(node.role?.value)} (${node.backendDOMNodeId ?? '?'})`)
  } finally {
    await session.detach()
  }
}
