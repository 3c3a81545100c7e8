import { describe, expect, test } from 'vitest'
import { type AlertingLimits, type Case, type Verdict, whyNotify } from './why-notify.ts'

const limits: AlertingLimits = { groupWaitMs: 20, repeatMs: 1000, flapWindowMs: 500, flapMax: 2 }
const fresh: Case = {
  nowMs: 10_000,
  channel: { minSeverity: null, subtree: null, sendResolved: true },
  alert: { status: 'new', severity: 'high', path: ['root', 'eu', 'db-3'], repeatMs: null, isSilence: false },
  belief: { state: 'quiet' },
  silencedBy: null,
  covered: false,
  unsure: false,
  firsts: [],
}
const firing = {
  state: 'firing',
  severity: 'high',
  toldAtMs: 9_500,
  reached: true,
  stale: false,
  guessed: false,
} as const
type Change = Partial<Omit<Case, 'alert' | 'channel'>> & {
  alert?: Partial<Case['alert']>
  channel?: Partial<Case['channel']>
}
const verdict = ({ alert, channel, ...rest }: Change) =>
  whyNotify(
    { ...fresh, ...rest, alert: { ...fresh.alert, ...alert }, channel: { ...fresh.channel, ...channel } },
    limits,
  )
const over = { status: 'resolved' as const }
const acknowledged = { status: 'acknowledged' as const }

describe('an open alert', () => {
  test.each<[string, Change, Verdict]>([
    ['that nobody was told of', {}, { notify: 'first' }],
    ['below the severity of the channel', { channel: { minSeverity: 'critical' } }, { quiet: 'below-severity' }],
    ['of just that severity', { channel: { minSeverity: 'high' } }, { notify: 'first' }],
    ['outside of its subtree', { channel: { subtree: 'us' } }, { quiet: 'outside-subtree' }],
    ['inside of it', { channel: { subtree: 'eu' } }, { notify: 'first' }],
    ['that is silenced', { silencedBy: 'silence' }, { quiet: 'silenced' }],
    ['in a maintenance window', { silencedBy: 'maintenance' }, { quiet: 'maintenance' }],
    ['of a region that is out of reach', { covered: true }, { quiet: 'covered' }],
    ['that somebody knows of already', { alert: acknowledged }, { quiet: 'acknowledged' }],
    [
      'of silence, while the monitor suspects itself',
      { unsure: true, alert: { isSilence: true } },
      { quiet: 'monitor-unsure' },
    ],
    ['of a node, while the monitor suspects itself', { unsure: true }, { notify: 'first' }],
    ['that came and went too often', { firsts: [9_400, 9_600, 9_700] }, { quiet: 'flapping', untilMs: 10_100 }],
    ['whose flapping is over', { firsts: [9_400, 9_450, 9_600] }, { notify: 'first' }],
    ['whose notice is on its way', { belief: { state: 'undelivered' } }, { quiet: 'undelivered' }],
  ])('%s', (_what, change, expected) => expect(verdict(change)).toEqual(expected))
})

describe('an open alert that was told', () => {
  test.each<[string, Change, Verdict]>([
    ['a while ago', {}, { quiet: 'already-told', untilMs: 10_500 }],
    ['long enough ago', { nowMs: 10_500 }, { notify: 'repeat-due' }],
    ['of a rule with an interval of its own', { alert: { repeatMs: 200 } }, { notify: 'repeat-due' }],
    ['and acknowledged', { nowMs: 99_999, alert: acknowledged }, { quiet: 'acknowledged' }],
    ['and got worse', { alert: { severity: 'critical' } }, { notify: 'more-severe' }],
    [
      'and got worse after it was acknowledged',
      { alert: { ...acknowledged, severity: 'critical' } },
      { notify: 'more-severe' },
    ],
    ['and got worse, silenced', { silencedBy: 'silence', alert: { severity: 'critical' } }, { quiet: 'silenced' }],
    [
      'again, not as news, when a higher severity may be known already',
      { alert: { severity: 'critical' }, belief: { ...firing, guessed: true } },
      { notify: 'repeat-due' },
    ],
    ['when its last notice was not sent', { belief: { ...firing, stale: true } }, { notify: 'repeat-due' }],
    ['when its notice failed', { belief: { ...firing, reached: false } }, { quiet: 'already-told', untilMs: 10_500 }],
  ])('%s', (_what, change, expected) => expect(verdict({ belief: firing, ...change })).toEqual(expected))
})

describe('an alert that is over', () => {
  test.each<[string, Change, Verdict]>([
    ['and was told', { belief: firing }, { notify: 'recovered' }],
    ['and was never told', {}, { quiet: 'ended', settled: true }],
    ['and whose notice failed', { belief: { ...firing, reached: false } }, { quiet: 'never-told', settled: true }],
    ['and whose notice is on its way', { belief: { state: 'undelivered' } }, { quiet: 'undelivered' }],
    [
      'on a channel without recoveries',
      { belief: firing, channel: { sendResolved: false } },
      { quiet: 'not-sent-resolved', settled: true },
    ],
    [
      'that is silenced: its end is told when the silence is over',
      { belief: firing, silencedBy: 'silence' },
      { quiet: 'silenced' },
    ],
    [
      'on a channel that is for others now',
      { belief: firing, channel: { subtree: 'us' } },
      { quiet: 'outside-subtree', settled: true },
    ],
    [
      'even while the monitor suspects itself',
      { belief: firing, unsure: true, covered: true },
      { notify: 'recovered' },
    ],
  ])('%s', (_what, change, expected) => expect(verdict({ ...change, alert: over })).toEqual(expected))
})
