import { Document, parseDocument } from 'yaml'

/** What `cortex join` makes of a host. */
export interface JoinedNode {
  id: string
  name: string
  isMonitor: boolean
  parentUrl: string
  /** What may be done on this host from afar; absent: as it was, at first nothing. */
  capabilities?: readonly string[] | undefined
}

const heading = ` Written by "cortex join"; yours to change. Every key: cortex config --reference
 This node's key for its parent is in identity.json beside this file.`

/** The config file of a host that has joined for the first time. It lies in the data folder. */
export function newJoinedConfig(node: JoinedNode): string {
  const document = new Document({
    node: { id: node.id, name: node.name },
    data_dir: '.',
    monitor: { enabled: node.isMonitor },
    upstream: { urls: [node.parentUrl] },
    ...(node.capabilities ? { capabilities: node.capabilities } : {}),
  })
  document.commentBefore = heading
  return document.toString()
}

/**
 * The file of a host that joins again, with what the join changes and everything else as it was, comments too. The same text
 * when nothing changes.
 */
export function changedJoinedConfig(text: string, node: JoinedNode): string {
  const document = parseDocument(text)
  const wanted: [string[], unknown][] = [
    [['node', 'id'], node.id],
    [['node', 'name'], node.name],
  ]
  const urls: unknown = document.getIn(['upstream', 'urls'])
  const known = JSON.stringify(urls) === JSON.stringify([node.parentUrl])
  const changes = wanted.filter(([path, value]) => document.getIn(path) !== value)
  const { capabilities } = node
  const allowsOther = capabilities && JSON.stringify(document.get('capabilities')) !== JSON.stringify(capabilities)
  if (changes.length === 0 && known && !allowsOther) return text
  if (allowsOther) document.set('capabilities', document.createNode(capabilities))
  for (const [path, value] of changes) document.setIn(path, value)
  if (!known) document.setIn(['upstream', 'urls'], document.createNode([node.parentUrl]))
  return document.toString()
}
