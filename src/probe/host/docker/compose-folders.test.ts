import { expect, test } from 'vitest'
import { projectName } from './compose-folders.ts'

test.each([
  ['the folder', 'My Shop.v2', '', '', 'myshopv2'],
  ['`name:` in the file', 'x', 'name: shop\nservices: {}', '', 'shop'],
  ['.env before the file', 'x', 'name: shop', '# c\nCOMPOSE_PROJECT_NAME="live"\n', 'live'],
  ['the folder when the file is no YAML', 'x', 'a: [', '', 'x'],
  ['nothing that compose could use', '___', '', '', null],
])('a project is named after %s', (_name, folder, file, env, expected) => {
  expect(projectName(folder, file, env)).toBe(expected)
})
