const ansi =
  /(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]{0,1000}(?:\u0007|\u001b\\)?|\u001b[@-Z\\^_]?/g

const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g

/** Letters of other scripts that a person reads as Latin ones, after NFKD and lower case. */
const lookAlikes = new Map<string, string>()
for (const [latin, others] of Object.entries({
  a: 'аαɑ',
  b: 'вьƅ',
  c: 'сϲᴄ',
  d: 'ԁɗ',
  e: 'еεєҽ',
  f: 'ƒғ',
  g: 'ɡց',
  h: 'һнհ',
  i: 'іιıӏɩ',
  j: 'јϳ',
  k: 'кκ',
  l: 'ǀɭ',
  m: 'мᴍ',
  n: 'пηո',
  o: 'оοօσ',
  p: 'рρ',
  q: 'ԛ',
  r: 'гʀᴦ',
  s: 'ѕꜱ',
  t: 'тτᴛ',
  u: 'иυսʋ',
  v: 'νѵᴠ',
  w: 'ԝѡᴡω',
  x: 'хχ',
  y: 'уγү',
  z: 'ᴢ',
  '/': '⁄∕⧸',
  '-': '−⁃',
  '|': '∣ǁ',
  '\\': '∖⧵',
})) {
  for (const other of others) lookAlikes.set(other, latin)
}

/** One spelling for what looks the same: compatibility forms, accents, look-alikes, invisible characters, case. */
function fold(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
    .toLowerCase()
    .replace(/\p{Pd}/gu, '-')
  return plain.replace(/[^\u0000-\u007f]/gu, (letter) => lookAlikes.get(letter) ?? ' ')
}

/** `\x72`, `\162`, `\u0072` as `$'…'`, printf and echo -e understand them. */
function decodeEscapes(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|u\{?([0-9a-f]{4})\}?|0?([0-3]?[0-7]{2}))/gi, (_, hex, unicode, octal) =>
    String.fromCharCode(octal === undefined ? Number.parseInt(hex ?? unicode, 16) : Number.parseInt(octal, 8)),
  )
}

/** Takes out what a shell would take out: quotes, escapes, empty expansions; `$IFS` is a blank. */
function unquote(text: string): string {
  return text
    .replace(/\\\r?\n/g, '')
    .replace(/\$\{?ifs[^}\s$]{0,16}\}?/g, ' ')
    .replace(/\$\(\)|``|\$\{[^}]{0,64}\}|\$[@*!#?-]/g, '')
    .replace(/["'\\$]/g, '')
    .replace(/\/\*[^]{0,256}?\*\//g, ' ')
}

const maxUnpacked = 32

/** What was packed as base64 in a text: it is read as well. */
function unpacked(text: string): string[] {
  const found: string[] = []
  for (const [word] of text.matchAll(/[A-Za-z0-9+/_-]{8,}={0,2}/g)) {
    const content = Buffer.from(word, 'base64').toString('latin1')
    if (/^[\t\n\r\u0020-\u007e]{4,}$/.test(content)) found.push(content)
    if (found.length === maxUnpacked) break
  }
  return found
}

/**
 * The ways in which a text may be read as a command line, each in lower-case ASCII without quotes. A detector that
 * finds something in any of them has found it. Takes time in proportion to the length of the text.
 */
export function readings(text: string): string[] {
  const seen = new Set<string>()
  for (const source of [text, ...unpacked(text)]) {
    const visible = source.replace(ansi, '')
    for (const spelling of [visible, decodeEscapes(visible)]) {
      seen.add(unquote(fold(spelling.replace(control, ''))))
      seen.add(unquote(fold(spelling.replace(control, ' '))))
    }
  }
  return [...seen]
}
