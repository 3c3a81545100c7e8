import { expect, test } from 'vitest'
import { allowOption, type PlainGrant } from './allow-option.ts'

const granted = (plain: PlainGrant[], folders = '') => allowOption({ plain: new Set(plain), folders })

test('nothing granted is no option', () => {
  expect(granted([])).toBe('')
})

test('grants come in one order, folders after them', () => {
  expect(granted(['docker', 'terminal'], '/srv\n\n /var/log:ro ')).toBe(
    ' --allow terminal,docker,files:/srv,files:/var/log:ro',
  )
})

test.each([
  ['/srv/my files', ` --allow 'files:/srv/my files'`],
  ["/srv/o'neil", String.raw` --allow 'files:/srv/o'\''neil'`],
  ['/srv/$(reboot)', " --allow 'files:/srv/$(reboot)'"],
])('%s is quoted for the shell', (folder, option) => {
  expect(granted([], folder)).toBe(option)
})

test.each(['srv', '/a,b', '../etc'])('%s is no folder to grant', (folder) => {
  expect(granted([], folder)).toBeNull()
})
