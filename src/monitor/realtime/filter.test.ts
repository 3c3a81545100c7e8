import { expect, test } from 'vitest'
import { EventTypes } from '../../contract/events.ts'
import { filterOf, filterView, wants } from './filter.ts'

const subscribe = (rest: { topics?: typeof EventTypes; agent_ids?: string[] }) =>
  filterOf({ type: 'subscribe', ...rest })

test.each([
  [subscribe({}), true],
  [subscribe({ topics: ['new_alert'] }), true],
  [subscribe({ topics: ['node_removed'] }), false],
  [subscribe({ agent_ids: ['a', 'b'] }), true],
  [subscribe({ agent_ids: ['b'] }), false],
  [subscribe({ agent_ids: [] }), false],
  [subscribe({ topics: ['new_alert'], agent_ids: ['b'] }), false],
])('%j takes an alert of node a: %s', (filter, taken) => expect(wants(filter, 'new_alert', 'a')).toBe(taken))

test('a subscription is confirmed as it is in effect', () => {
  expect(filterView(subscribe({ topics: ['new_alert'], agent_ids: ['b', 'b'] }))).toEqual({
    topics: ['new_alert'],
    agent_ids: ['b'],
  })
  expect(filterView({})).toEqual({ topics: EventTypes, agent_ids: null })
})
