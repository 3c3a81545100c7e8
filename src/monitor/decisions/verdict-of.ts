import type { PublicText } from '../../contract/errors.ts'
import type { DecidedBy } from '../../contract/rollup.ts'
import type { Judgement } from './judge/judgement.ts'
import type { PolicyOutcome } from './policy.ts'

export interface Verdict {
  status: 'approved' | 'rejected' | 'pending'
  /** Null while nobody has decided. */
  decidedBy: DecidedBy | null
  /** A stable name for logs and hops. */
  reason: string
  text: PublicText
  analysis: string | null
}

/**
 * The verdict of an authority: its policy, and the judge's answer where the policy asked for one (`null`: there is no
 * model). An approval needs the policy and, where a model is configured and the policy wants it, the judge. Whatever
 * goes wrong with the judge leaves the decision pending, and a model that refuses to answer has rejected.
 */
export function verdictOf(policy: PolicyOutcome, judgement: Judgement | null): Verdict {
  if (policy.verdict !== 'judge') return byPolicy(policy.verdict === 'escalate' ? 'human' : policy.verdict, policy)
  if (judgement === null) return byPolicy(policy.withoutModel, policy, true)
  if (judgement.outcome === 'none') return withoutAnswer(judgement)
  return {
    status: judgement.outcome === 'approve' ? 'approved' : 'rejected',
    decidedBy: 'llm',
    reason: judgement.outcome === 'approve' ? 'judge_approved' : 'judge_rejected',
    text: { zh: judgement.reason, en: judgement.reason },
    analysis: judgement.analysis,
  }
}

const statusOf = { approve: 'approved', deny: 'rejected', human: 'pending' } as const

function byPolicy(answer: 'approve' | 'deny' | 'human', policy: PolicyOutcome, modelMissing = false): Verdict {
  return {
    status: statusOf[answer],
    decidedBy: answer === 'human' ? null : 'policy',
    reason: policy.reason,
    text: modelMissing ? withNote(policy.text, answer) : policy.text,
    analysis: null,
  }
}

function withNote({ zh, en }: PublicText, answer: 'approve' | 'deny' | 'human'): PublicText {
  return answer === 'human'
    ? { zh: `${zh}（未配置模型，需要人工决定）`, en: `${en} (no model is configured, a person has to decide)` }
    : { zh: `${zh}（未配置模型，仅由策略决定）`, en: `${en} (no model is configured, the policy alone decided)` }
}

const failures: Record<Extract<Judgement, { outcome: 'none' }>['why'], PublicText> = {
  timeout: { zh: '模型未在期限内回答', en: 'the model did not answer in time' },
  unparseable: { zh: '模型的回答无法解析', en: 'the answer of the model cannot be read' },
  budget: { zh: '模型的每小时额度已用完', en: 'the hourly budget of the model is used up' },
  circuit_open: { zh: '模型连续失败，暂停调用', en: 'the model failed repeatedly and is left alone for a while' },
  refused: { zh: '模型拒绝回答', en: 'the model refused to answer' },
  unavailable: { zh: '模型不可用', en: 'the model is not available' },
  overloaded: { zh: '等待模型的请求过多', en: 'too many requests wait for the model' },
  cancelled: { zh: '请求已取消', en: 'the request was cancelled' },
}

function withoutAnswer({ why }: Extract<Judgement, { outcome: 'none' }>): Verdict {
  const refused = why === 'refused'
  return {
    status: refused ? 'rejected' : 'pending',
    decidedBy: refused ? 'llm' : null,
    reason: `judge_${why}`,
    text: failures[why],
    analysis: null,
  }
}
