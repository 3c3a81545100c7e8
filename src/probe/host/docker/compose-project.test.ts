import { expect, test } from 'vitest'
import { placeOf, projectsOf } from './compose-project.ts'

const container = (project: string, state: string, more: Record<string, string> = {}) => ({
  state,
  labels: {
    'com.docker.compose.project': project,
    'com.docker.compose.project.working_dir': `/srv/${project}`,
    'com.docker.compose.project.config_files': `/srv/${project}/compose.yaml`,
    ...more,
  },
})
const known = (name: string) => ({ name, config_files: [`/old/${name}.yaml`], working_dir: '/old', env_files: [] })

test.each([
  ['running', ['running', 'running'], 'running'],
  ['partial', ['running', 'exited'], 'partial'],
  ['exited', ['exited', 'created'], 'exited'],
])('a project of %s containers', (_name, states, status) => {
  const { projects } = projectsOf(
    states.map((state) => container('shop', state)),
    [],
  )
  expect(projects).toEqual([
    {
      name: 'shop',
      status,
      container_count: 2,
      config_files: ['/srv/shop/compose.yaml'],
      working_dir: '/srv/shop',
    },
  ])
})

test('a project without a container is down and still known; labels count more than memory', () => {
  const { projects } = projectsOf([container('b', 'running')], [known('a'), known('b')])
  expect(projects.map(({ name, status, working_dir }) => [name, status, working_dir])).toEqual([
    ['a', 'down', '/old'],
    ['b', 'running', '/srv/b'],
  ])
})

test('a one-off is not counted', () => {
  const oneOff = container('shop', 'running', { 'com.docker.compose.oneoff': 'True' })
  expect(projectsOf([oneOff], []).projects).toMatchObject([{ status: 'down', container_count: 0 }])
})

test('relative files of older versions are found from the working folder; standard input is none', () => {
  const labels = {
    'com.docker.compose.project': 'x',
    'com.docker.compose.project.working_dir': '/srv/x',
    'com.docker.compose.project.config_files': 'a.yml,/etc/b.yml,-,../c.yml',
  }
  expect(placeOf({ labels })?.config_files).toEqual(['/srv/x/a.yml', '/etc/b.yml', '/srv/c.yml'])
})

test.each(['--help', '-f', '../x', 'A', 'a b', '', 'a\nb'])('a label that names the project %j makes none', (name) => {
  expect(placeOf({ labels: { 'com.docker.compose.project': name } })).toBeNull()
})
