import { expect, test } from 'vitest'
import { languageOf } from './code-language.ts'

test.each([
  ['/etc/nginx/nginx.conf', 'nginx'],
  ['/etc/nginx/sites-available/example.org', 'nginx'],
  ['/etc/nginx/snippets/deploy.sh', 'shell'],
  ['/etc/systemd/system/web.service', 'properties'],
  ['/srv/app/Dockerfile', 'dockerfile'],
  ['/srv/app/Dockerfile.prod', 'dockerfile'],
  ['/srv/app/COMPOSE.YML', 'yaml'],
  ['/root/.bashrc', 'shell'],
  ['/etc/sysctl.conf', 'properties'],
  ['/srv/notes', null],
  ['/srv/archive.tar.gz', null],
  ['/srv/constructor', null],
])('%s is coloured as %s', (path, language) => {
  expect(languageOf(path)).toBe(language)
})
