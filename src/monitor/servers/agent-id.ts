/** The agent_id for a server that a person named: its letters and digits, made unique by `suffix` when that is needed. */
export function agentIdFromName(name: string, suffix: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replaceAll(/^[^a-z0-9]+|[^a-z0-9]+$/g, '')
    .slice(0, 100)
  if (plain === '') return `server-${suffix}`
  return suffix === '' ? plain : `${plain}-${suffix}`
}
