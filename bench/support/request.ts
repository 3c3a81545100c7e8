import { randomUUID } from 'node:crypto'

/** A leaf's request for approval of a restart, each for another fault. */
export const requestBody = (agentId: string) => ({
  agent_id: agentId,
  request_id: randomUUID(),
  issue: {
    type: 'service_down',
    description: 'nginx has stopped',
    severity: 'high',
    proposed_fix: 'systemctl restart nginx',
    subject: randomUUID(),
  },
})
