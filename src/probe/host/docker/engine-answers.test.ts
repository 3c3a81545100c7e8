import { expect, test } from 'vitest'
import { EngineContainers, EngineImages, containerOf, imagesOf } from './engine-answers.ts'

test('a container as Docker lists it', () => {
  const [found] = EngineContainers.parse([
    {
      Id: 'abc',
      Names: ['/shop-web-1'],
      Image: 'nginx:1',
      Command: 'nginx -g',
      Created: 1_795_265_934,
      State: 'running',
      Status: 'Up 2 hours',
      Labels: { 'com.docker.compose.project': 'shop', a: 'b' },
      Ports: [
        { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
        { PrivatePort: 443, Type: 'tcp' },
      ],
      Mounts: [{ Type: 'volume', Name: 'data', Source: '/var/lib/x', Destination: '/data', Mode: 'z', RW: true }],
    },
  ])
  expect(containerOf(found!)).toEqual({
    id: 'abc',
    name: 'shop-web-1',
    image: 'nginx:1',
    command: 'nginx -g',
    created: '2026-11-21T12:58:54.000Z',
    state: 'running',
    status: 'Up 2 hours',
    labels: { 'com.docker.compose.project': 'shop', a: 'b' },
    compose_project: 'shop',
    ports: [
      { private_port: 80, public_port: 8080, ip: '0.0.0.0', type: 'tcp' },
      { private_port: 443, type: 'tcp' },
    ],
    mounts: [{ type: 'volume', source: 'data', destination: '/data', mode: 'z', rw: true }],
  })
})

test('what an engine leaves out or sends as null is empty, never absent', () => {
  const [found] = EngineContainers.parse([
    { Id: 'abcdefabcdefabcdef', Created: '2026-01-02T03:04:05Z', Names: null, Labels: null, Ports: null },
  ])
  expect(containerOf(found!)).toMatchObject({
    name: 'abcdefabcdef',
    created: '2026-01-02T03:04:05.000Z',
    ports: [],
    mounts: [],
    labels: {},
    command: '',
  })
})

test('an image is listed once for each of its tags, also with a port in its registry and with none at all', () => {
  const of = (RepoTags: string[] | null, RepoDigests: string[] = []) => ({
    Id: 'i',
    RepoTags,
    RepoDigests,
    Created: 0,
    Size: 5,
  })
  const images = imagesOf(EngineImages.parse([of(['host:5000/a/b:1', 'c:latest']), of(null), of([], ['d@sha256:1'])]))
  expect(images.map(({ repository, tag }) => `${repository} ${tag}`)).toEqual([
    'host:5000/a/b 1',
    'c latest',
    '<none> <none>',
    'd <none>',
  ])
  expect(images[0]).toMatchObject({ id: 'i', size: 5, created: '1970-01-01T00:00:00.000Z' })
})
