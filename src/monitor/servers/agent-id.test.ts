import { expect, test } from 'vitest'
import { AgentId } from '../../contract/common.ts'
import { agentIdFromName } from './agent-id.ts'

test.each([
  ['Database Server', '', 'database-server'],
  ['Database Server', 'a1b2', 'database-server-a1b2'],
  ['web.example.com', '', 'web.example.com'],
  ['  --x--  ', '', 'x'],
  ['数据库', 'a1b2', 'server-a1b2'],
  ['Café #1', '', 'cafe-1'],
])('%j with suffix %j is %s', (name, suffix, agentId) => {
  expect(agentIdFromName(name, suffix)).toBe(agentId)
  expect(AgentId.safeParse(agentId).success).toBe(true)
})
