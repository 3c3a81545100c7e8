import { expect, test } from 'vitest'
import { composeArgv } from './compose-command.ts'

test('every name and path stands behind its option', () => {
  const place = { name: 'shop', config_files: ['/a.yml', '/b.yml'], working_dir: '/srv', env_files: ['/.env'] }
  expect(composeArgv(['docker', 'compose'], place, 'up').join(' ')).toBe(
    'docker compose --project-name shop --project-directory /srv --file /a.yml --file /b.yml --env-file /.env up --detach',
  )
  expect(composeArgv(['docker-compose'], { ...place, env_files: [] }, 'down').slice(-3)).toEqual([
    '--file',
    '/b.yml',
    'down',
  ])
})
