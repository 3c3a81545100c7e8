import { expect, test } from 'vitest'
import { channelConfigs } from '../../../contract/better-monitor/channel-configs.ts'
import { channelFields, channelTypes, configFrom, filledFrom } from './channel-fields.ts'

test('the form of every type has exactly the fields that the node takes, required where it requires them', () => {
  expect(channelTypes.toSorted()).toEqual(Object.keys(channelConfigs).toSorted())
  for (const type of channelTypes) {
    const { shape } = channelConfigs[type]
    expect([type, channelFields[type].map(({ name }) => name).toSorted()]).toEqual([
      type,
      Object.keys(shape).toSorted(),
    ])
    const required = Object.entries(shape).filter(([, field]) => !field.safeParse(undefined).success)
    expect([
      type,
      channelFields[type]
        .filter((field) => field.required)
        .map(({ name }) => name)
        .toSorted(),
    ]).toEqual([type, required.map(([name]) => name).toSorted()])
  }
})

test('a config that nobody changed is sent as it was shown, masks included', () => {
  const shown = {
    url: 'https://example.com/hook',
    secret: '******',
    headers: { Authorization: '******', 'X-A': 'b: c' },
  }
  expect(configFrom('webhook', filledFrom('webhook', JSON.stringify(shown)))).toEqual(shown)
  const mail = {
    smtp_host: 'smtp.example.com',
    smtp_port: 465,
    password: '******',
    from: 'a@b.example',
    to: 'c@d.example',
  }
  expect(configFrom('email', filledFrom('email', JSON.stringify(mail)))).toEqual(mail)
})

test('what was cleared is not sent, and a config that is no JSON is empty', () => {
  expect(configFrom('webhook', { url: 'https://example.com', secret: ' ', headers: '\n' })).toEqual({
    url: 'https://example.com',
  })
  expect(filledFrom('slack', 'not json')).toEqual({})
})
