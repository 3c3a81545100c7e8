import { z } from 'zod'
import { Severity } from '../../contract/common.ts'

const Glob = z.string().min(1).max(256)

/** What a rule looks at; every key that is present has to match, an empty match takes everything. */
export const PolicyMatch = z.strictObject({
  action: z
    .array(z.enum(['service.restart', 'service.start', 'disk.clean', 'logs.rotate', 'process.stop', 'command.run']))
    .min(1)
    .optional()
    .describe('Types of the proposed action; a text that is no known action never matches'),
  target: Glob.optional().describe('Glob over what the action touches: service, mount, path, process name or command'),
  agent_id: Glob.optional().describe('Glob over the agent_id of the node that asks'),
  below: Glob.optional().describe('Glob over the monitors that the request came through'),
  severity: z.array(Severity).min(1).optional().describe('Severities of the issue'),
  issue_type: Glob.optional().describe('Glob over the type of the issue, such as service_*'),
})
export type PolicyMatch = z.infer<typeof PolicyMatch>

export const PolicyRule = z.strictObject({
  name: z
    .string()
    .max(64)
    .regex(/^[a-z][a-z0-9_]*$/, 'a name in snake_case')
    .describe('Shown as the reason of the decision'),
  match: PolicyMatch.prefault({}).describe('What the rule applies to'),
  verdict: z
    .enum(['deny', 'approve', 'judge', 'human', 'escalate'])
    .describe('What this monitor says; approve and judge apply to known actions only'),
  without_model: z
    .enum(['approve', 'deny', 'human'])
    .default('human')
    .describe('What the verdict judge becomes where no model is configured'),
})
export type PolicyRule = z.infer<typeof PolicyRule>

export const PolicySection = z.strictObject({
  rules: z.array(PolicyRule).max(1000).default([]).describe('Tried in order, the first that matches decides'),
  protected_services: z
    .array(Glob)
    .max(1000)
    .default([
      'ssh',
      'sshd',
      'systemd-*',
      'dbus*',
      'networkmanager',
      'networking',
      'postgres*',
      'mysql*',
      'mariadb*',
      'mongod',
      'cortex*',
    ])
    .describe('Globs of services that nobody may have stopped, disabled or masked, in any case of letters'),
})
export type PolicySection = z.infer<typeof PolicySection>

export const DecisionsSection = z.strictObject({
  authority: z
    .enum(['upstream', 'local'])
    .default('upstream')
    .describe('Who decides when this monitor has a parent: the parent, or this monitor'),
  budget_ms: z
    .number()
    .int()
    .min(100)
    .max(300_000)
    .default(25_000)
    .describe('How long a report may wait for the decisions about its issues, in milliseconds'),
  life_s: z
    .number()
    .positive()
    .max(86_400)
    .default(900)
    .describe('How long a decision may stay pending before it expires, in seconds'),
  approval_valid_s: z
    .number()
    .positive()
    .max(86_400)
    .default(300)
    .describe('How long an approval may be acted upon, in seconds'),
  policy: PolicySection.prefault({}).describe('Rules that come before any model'),
})
export type DecisionsSection = z.infer<typeof DecisionsSection>
