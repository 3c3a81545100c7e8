import type { RunningNode } from '../node/node.ts'
import type { Config } from '../platform/config/schema.ts'

/**
 * What a person sees when a node is up: where it is, how to get in, and how the next host joins, with `program` as it is
 * called here. Without `showsToken` it says how to ask for the token instead.
 */
export function welcome(
  config: Config,
  program: string,
  node: Pick<RunningNode, 'address' | 'registrationToken' | 'firstPassword'>,
  showsToken: boolean,
): string {
  const lines = [``, `  ${config.node.id} is up: ${node.address}`]
  if (node.firstPassword !== null)
    lines.push(
      ``,
      `  Sign in as admin, password ${node.firstPassword}`,
      `  (shown this once; change it after signing in)`,
    )
  if (node.registrationToken !== null) {
    lines.push(
      ``,
      `  API reference: ${node.address}/api/v1/docs`,
      ``,
      showsToken ? `  Let another host join:` : `  How another host joins is said by:`,
      showsToken ? `    ${joinCommand(program, node.address, node.registrationToken.token)}` : `    ${program} token`,
    )
  }
  if (config.upstream.urls.length > 0) lines.push(``, `  Parent: ${config.upstream.urls.join(', ')}`)
  return `${lines.join('\n')}\n\n`
}

/** With what another host becomes a child of the monitor at `address`. */
export function joinCommand(program: string, address: string, token: string): string {
  return `${program} join ${address} --token ${token}`
}
