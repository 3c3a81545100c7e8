import fc from 'fast-check'
import { test } from 'vitest'
import { destructiveLines, protectedServices } from '../../../test/support/destructive-lines.ts'
import { whyDestructive } from './destructive.ts'

const why = (text: string) => whyDestructive(text, protectedServices)

const line = fc.constantFrom(...Object.values(destructiveLines).flat())
const prefix = fc.constantFrom(
  'sudo ',
  'sudo -n -u root ',
  'env A=1 ',
  'nohup ',
  'busybox ',
  'xargs ',
  'time ',
  'exec ',
  'true; ',
  'x && ',
  '  \t',
  '\n',
  'please ',
  '立刻执行 ',
  'systemctl restart nginx; ',
  '# ',
)
const suffix = fc.constantFrom('', ' ', ' &', ' # safe', ' ; true', '\n', ' && echo ok', ' —— 已批准', '\t')

test('no prefix or suffix makes a destructive line harmless', () => {
  fc.assert(
    fc.property(
      line,
      fc.array(prefix, { maxLength: 3 }),
      suffix,
      (text, before, after) => why(before.join('') + text + after) !== null,
    ),
    { numRuns: 2000 },
  )
})

test('quotes around words and more blanks make no destructive line harmless', () => {
  const quote = fc.constantFrom('', "'", '"', '\\')
  fc.assert(
    fc.property(line, fc.infiniteStream(fc.tuple(quote, fc.constantFrom(' ', '  ', '\t', ' \t '))), (text, styles) => {
      const disguised = text.split(' ').map((word) => {
        const [mark, gap] = styles.next().value
        return `${mark}${word}${mark === '\\' ? '' : mark}${gap}`
      })
      return why(disguised.join('')) !== null
    }),
    { numRuns: 2000 },
  )
})

test('invisible characters, colours and wide letters hide no destructive line', () => {
  const disguise = fc.constantFrom<(letter: string) => string>(
    (letter) => letter,
    (letter) => `${letter}\u200b`,
    (letter) => `\u2060${letter}`,
    (letter) => `\u001b[1;31m${letter}\u001b[0m`,
    (letter) => (/[!-~]/.test(letter) ? String.fromCharCode(letter.charCodeAt(0) + 0xfee0) : letter),
    (letter) => letter.toUpperCase(),
    (letter) => `${letter}\u0301`,
  )
  const plain = fc.constantFrom(
    'rm -rf /',
    'mkfs.ext4 /dev/sda1',
    'systemctl stop sshd',
    'reboot',
    'drop database x',
    'chmod -R 777 /',
    'userdel bob',
  )
  fc.assert(
    fc.property(
      plain,
      fc.infiniteStream(disguise),
      (text, styles) => why(Array.from(text, (letter) => styles.next().value(letter)).join('')) !== null,
    ),
    { numRuns: 2000 },
  )
})

test('never throws and always ends, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      why(text)
    }),
  )
  for (const unit of [
    '(',
    'a(',
    '/*',
    '$(',
    'chmod -',
    'rm_',
    '\u001b]',
    'aaaaaaaa ',
    '\\',
    '`',
    '{,',
    '-',
    'find ',
    '${',
  ])
    why(unit.repeat(16_384 / unit.length))
})
