import { dangerOf, shells } from './destructive-commands.ts'
import { readings } from './destructive-text.ts'
import { callNames, segments, type Segment } from './destructive-tokens.ts'
import { globMatches } from '../../lib/glob.ts'

const stopWords = new Set([
  'stop',
  'disable',
  'mask',
  'kill',
  'killall',
  'pkill',
  'force-stop',
  'skill',
  'off',
  'bootout',
])
const functionThatPipes = /[a-z0-9_:.]{1,32}\s{0,8}\(\s{0,8}\)\s{0,8}\{[^}]{0,256}\|/
const systemPath = /^\/(?:dev\/(?!null$|stdout$|stderr$|tty$|fd\/)|etc\/|boot\/|proc\/|sys\/|usr\/|bin\/|sbin\/|lib)/

/**
 * Why a text must never be carried out, or null. Reads it in every way in which a shell or a person might, and takes
 * every word for a possible program: prefixes (`sudo`, `env`, `xargs`), quotes, escapes, look-alike letters and
 * invisible characters hide nothing. It rather refuses a harmless sentence than lets a harmful line pass.
 */
export function whyDestructive(text: string, protectedServices: readonly string[]): string | null {
  for (const line of readings(text)) {
    if (functionThatPipes.test(line)) return 'exhausts_host'
    for (const segment of segments(line)) {
      const kind = segmentKind(segment, protectedServices)
      if (kind !== null) return kind
    }
  }
  return null
}

function segmentKind(segment: Segment, protectedServices: readonly string[]): string | null {
  const { words, before, after } = segment
  if (before.includes('>') && systemPath.test(words[0] ?? '')) return 'overwrites_system'
  const feedsShell = before.includes('|') || after.startsWith('<')
  const called = new Set<string>()
  for (const [index, word] of words.entries()) {
    for (const name of callNames(word)) {
      if (feedsShell && shells.has(name)) return 'runs_hidden_code'
      const kind = dangerOf(name, words, index, called)
      if (kind !== null) return kind
    }
  }
  if (words.some((word) => stopWords.has(word)) && words.some((word) => isProtected(word, protectedServices))) {
    return 'stops_protected_service'
  }
  return null
}

function isProtected(word: string, protectedServices: readonly string[]): boolean {
  const names = callNames(word).flatMap((name) => [
    name,
    name.replace(/\.(?:service|socket|target|timer|slice|scope)$/, ''),
  ])
  return names.some((name) => protectedServices.some((glob) => globMatches(glob.toLowerCase(), name)))
}
