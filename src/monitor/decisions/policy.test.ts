import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Action } from '../../contract/actions.ts'
import type { DecisionIssue } from '../../contract/decisions.ts'
import { PolicyMatch, PolicySection } from '../../platform/config/decisions.section.ts'
import { applyPolicy } from './policy.ts'

const defaults = PolicySection.parse({})

function issue(fix: string, more: Partial<DecisionIssue> = {}): DecisionIssue {
  return {
    type: 'service_down',
    description: 'nginx 服务意外停止',
    severity: 'high',
    proposed_fix: fix,
    details: {},
    ...more,
  }
}
function outcome(fix: string, more: Partial<DecisionIssue> = {}, policy = defaults) {
  return applyPolicy({ issue: issue(fix, more), agentId: 'leaf-1', path: ['region-eu'] }, policy)
}

describe('without configured rules', () => {
  test.each([
    ['systemctl restart nginx', 'judge', 'known_action', 'approve'],
    ['sudo systemctl restart nginx.service', 'judge', 'known_action', 'approve'],
    ['  service nginx start\n', 'judge', 'known_action', 'approve'],
    ['clean disk /var', 'judge', 'known_action', 'approve'],
    ['rotate log /var/log/app.log', 'judge', 'known_action', 'approve'],
    ['stop process 4242 java', 'judge', 'sensitive_action', 'human'],
    ['run command flush-cache', 'judge', 'sensitive_action', 'human'],
    ['systemctl stop nginx', 'human', 'unknown_action', 'human'],
    ['重启 nginx 服务', 'human', 'unknown_action', 'human'],
    ["systemctl restart 'nginx'", 'human', 'unknown_action', 'human'],
    ['systemctl restart nginx; echo ok', 'deny', 'shell_metacharacters', 'deny'],
    ['systemctl restart nginx && echo ok', 'deny', 'shell_metacharacters', 'deny'],
    ['systemctl restart nginx\necho ok', 'deny', 'shell_metacharacters', 'deny'],
    ['systemctl restart $(hostname)', 'deny', 'shell_metacharacters', 'deny'],
    ['systemctl restart `hostname`', 'deny', 'shell_metacharacters', 'deny'],
    ['systemctl restart nginx > out', 'deny', 'shell_metacharacters', 'deny'],
    ['systemctl restart nginx*', 'deny', 'shell_metacharacters', 'deny'],
    ['systemctl\u200b restart nginx', 'deny', 'shell_metacharacters', 'deny'],
    ['systemctl restart \u001b[31mnginx', 'deny', 'shell_metacharacters', 'deny'],
    ['systemctl restart \u202enginx', 'deny', 'shell_metacharacters', 'deny'],
    ['systemctl restart nginx\u0000', 'deny', 'shell_metacharacters', 'deny'],
    ['clean disk /var/../etc', 'deny', 'unsafe_argument', 'deny'],
    ['rotate log log/app.log', 'deny', 'unsafe_argument', 'deny'],
    ['systemctl restart ../nginx', 'deny', 'unsafe_argument', 'deny'],
    ['   ', 'deny', 'malformed', 'deny'],
    ['\u200b', 'deny', 'malformed', 'deny'],
    ['---', 'deny', 'malformed', 'deny'],
    ['rm -rf /', 'deny', 'destructive_command', 'deny'],
    ['systemctl stop sshd', 'deny', 'protected_service', 'deny'],
    ['stop process 812 postgres', 'deny', 'protected_service', 'deny'],
    ['systemctl start reboot.target', 'deny', 'destructive_command', 'deny'],
  ])('%j is %s for %s, and %s without a model', (fix, verdict, reason, withoutModel) => {
    expect(outcome(fix)).toMatchObject({ verdict, reason, withoutModel })
  })

  test('nothing that is denied carries an action', () => {
    for (const fix of ['rm -rf /', 'systemctl restart nginx; ls', 'clean disk /var/..'])
      expect(outcome(fix).action).toBeNull()
  })

  test('a reason is given in both languages and names the kind of destruction', () => {
    const { text } = outcome('rm -rf /')
    expect(text.zh).toContain('破坏性命令')
    expect(text.en).toContain('deletes_files')
  })
})

describe('a typed action', () => {
  test('counts when its text says the same', () => {
    const action = { type: 'service.restart', service: 'nginx.service' } as const
    expect(outcome('systemctl restart nginx', { action })).toMatchObject({ reason: 'known_action', action })
  })
  test.each<[string, Action]>([
    ['systemctl restart nginx', { type: 'service.restart', service: 'mysql' }],
    ['systemctl restart nginx', { type: 'process.stop', pid: 77, name: 'nginx' }],
    ['restart the web server', { type: 'service.restart', service: 'nginx' }],
  ])('is denied when the text %j says something else', (fix, action) => {
    expect(outcome(fix, { action })).toMatchObject({ verdict: 'deny', reason: 'action_mismatch' })
  })
  test('is searched for destruction as its text is', () => {
    expect(outcome('run command x', { action: { type: 'command.run', command: 'reboot' } }).reason).toBe(
      'destructive_command',
    )
  })
})

describe('configured rules', () => {
  const withRules = (...rules: unknown[]) => PolicySection.parse({ rules })
  const matching: Array<[PolicyMatch, boolean]> = [
    [{}, true],
    [{ action: ['service.restart'] }, true],
    [{ action: ['disk.clean', 'logs.rotate'] }, false],
    [{ target: 'ngin?' }, true],
    [{ target: 'mysql*' }, false],
    [{ agent_id: 'leaf-*' }, true],
    [{ agent_id: 'leaf' }, false],
    [{ below: 'region-*' }, true],
    [{ below: 'region-us' }, false],
    [{ severity: ['low', 'high'] }, true],
    [{ severity: ['critical'] }, false],
    [{ issue_type: 'service_*' }, true],
    [{ issue_type: 'disk_*' }, false],
    [{ target: 'nginx', severity: ['low'] }, false],
  ]
  test.each(matching)('a rule with match %j applies: %s', (match, applies) => {
    const policy = withRules({ name: 'my_rule', match, verdict: 'human' })
    expect(outcome('systemctl restart nginx', {}, policy).reason).toBe(applies ? 'my_rule' : 'known_action')
  })
  test('the first that matches decides', () => {
    const policy = withRules({ name: 'first', verdict: 'deny' }, { name: 'second', verdict: 'approve' })
    expect(outcome('systemctl restart nginx', {}, policy)).toMatchObject({
      verdict: 'deny',
      reason: 'first',
      withoutModel: 'deny',
    })
  })
  test('judge goes to a person without a model unless the rule says more', () => {
    expect(outcome('clean disk /', {}, withRules({ name: 'a', verdict: 'judge' })).withoutModel).toBe('human')
    expect(
      outcome('clean disk /', {}, withRules({ name: 'a', verdict: 'judge', without_model: 'approve' })).withoutModel,
    ).toBe('approve')
  })
  test.each(['approve', 'judge'])('%s never applies to a text that is no known action', (verdict) => {
    expect(outcome('重启服务器上的网站', {}, withRules({ name: 'all', verdict }))).toMatchObject({
      verdict: 'human',
      reason: 'unknown_action',
    })
  })
  test('no rule can allow what is never allowed', () => {
    const generous = withRules({ name: 'all', verdict: 'approve' })
    const fixes = fc.constantFrom(
      'rm -rf /',
      'mkfs.ext4 /dev/sda',
      'systemctl restart a; b',
      'systemctl stop sshd',
      'reboot',
      'clean disk /a/..',
    )
    const noise = fc.string({ unit: 'grapheme', maxLength: 20 })
    fc.assert(
      fc.property(fixes, noise, (fix, before) => outcome(`${before} ${fix}`, {}, generous).verdict !== 'approve'),
      { numRuns: 1000 },
    )
    fc.assert(fc.property(fixes, (fix) => outcome(fix, {}, generous).verdict === 'deny'))
  })
})

test('protected services come from the config', () => {
  const policy = PolicySection.parse({ protected_services: ['Billing-*'] })
  expect(outcome('systemctl stop billing-api', {}, policy).reason).toBe('protected_service')
  expect(outcome('systemctl stop sshd', {}, policy).reason).toBe('unknown_action')
})

test('a rule can name every type of action', () => {
  expect(PolicyMatch.shape.action.unwrap().element.options.toSorted()).toEqual(
    Action.options.map((one) => one.shape.type.value).toSorted(),
  )
})
