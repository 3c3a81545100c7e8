import type { PublicText } from '../../contract/errors.ts'

/** Why the policy decided as it did, where no configured rule did: stable names with their texts. */
export const policyReasons = {
  malformed: { zh: '修复方案为空或无法读取', en: 'the proposed fix is empty or cannot be read' },
  destructive_command: { zh: '破坏性命令，任何人都不能批准', en: 'a destructive command, which nobody may approve' },
  protected_service: { zh: '不允许停止受保护的服务', en: 'a protected service must not be stopped' },
  shell_metacharacters: {
    zh: '包含 shell 元字符、控制字符或多条命令，不是一个操作',
    en: 'shell metacharacters, control characters or several commands are not an action',
  },
  action_mismatch: { zh: '文字与操作不一致', en: 'the text and the typed action disagree' },
  unsafe_argument: { zh: '操作的参数不安全', en: 'the argument of the action is not safe' },
  known_action: { zh: '已知的修复操作，策略允许', en: 'a known repair that the policy allows' },
  sensitive_action: { zh: '该操作需要模型或人工判断', en: 'an action that a model or a person has to judge' },
  unknown_action: { zh: '无法识别的操作，需要人工处理', en: 'not an action that is known here; a person has to look' },
} as const satisfies Record<string, PublicText>
export type PolicyReason = keyof typeof policyReasons
