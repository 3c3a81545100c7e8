import { expect, test } from 'vitest'
import { containerHealth } from './container-state.ts'

const list = [
  { Id: '1', Names: ['/web'], State: 'running', Status: 'Up 2 hours (healthy)' },
  { Id: '2', Names: ['/sick'], State: 'running', Status: 'Up 2 hours (unhealthy)' },
  { Id: '3', Names: ['/gone'], State: 'exited', Status: 'Exited (1) 5 minutes ago' },
]

test.each([
  ['web', true, 'running'],
  ['sick', false, 'running'],
  ['gone', false, 'exited'],
  ['other', false, 'missing'],
])('container %s is well: %s (%s)', (name, well, state) => {
  expect(containerHealth(list, name)).toMatchObject({ well, state })
})
