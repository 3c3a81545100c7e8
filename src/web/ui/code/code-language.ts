import type { StreamParser } from '@codemirror/language'

type Load = () => Promise<StreamParser<unknown>>

/** What can be coloured; each is loaded when a file of its kind is opened. */
const loaders = {
  nginx: async () => (await import('@codemirror/legacy-modes/mode/nginx')).nginx,
  shell: async () => (await import('@codemirror/legacy-modes/mode/shell')).shell,
  yaml: async () => (await import('@codemirror/legacy-modes/mode/yaml')).yaml,
  json: async () => (await import('@codemirror/legacy-modes/mode/javascript')).json,
  javascript: async () => (await import('@codemirror/legacy-modes/mode/javascript')).javascript,
  typescript: async () => (await import('@codemirror/legacy-modes/mode/javascript')).typescript,
  properties: async () => (await import('@codemirror/legacy-modes/mode/properties')).properties,
  toml: async () => (await import('@codemirror/legacy-modes/mode/toml')).toml,
  dockerfile: async () => (await import('@codemirror/legacy-modes/mode/dockerfile')).dockerFile,
  python: async () => (await import('@codemirror/legacy-modes/mode/python')).python,
  perl: async () => (await import('@codemirror/legacy-modes/mode/perl')).perl,
  ruby: async () => (await import('@codemirror/legacy-modes/mode/ruby')).ruby,
  lua: async () => (await import('@codemirror/legacy-modes/mode/lua')).lua,
  go: async () => (await import('@codemirror/legacy-modes/mode/go')).go,
  rust: async () => (await import('@codemirror/legacy-modes/mode/rust')).rust,
  c: async () => (await import('@codemirror/legacy-modes/mode/clike')).c,
  java: async () => (await import('@codemirror/legacy-modes/mode/clike')).java,
  css: async () => (await import('@codemirror/legacy-modes/mode/css')).css,
  xml: async () => (await import('@codemirror/legacy-modes/mode/xml')).xml,
  html: async () => (await import('@codemirror/legacy-modes/mode/xml')).html,
  sql: async () => (await import('@codemirror/legacy-modes/mode/sql')).standardSQL,
  diff: async () => (await import('@codemirror/legacy-modes/mode/diff')).diff,
} as const satisfies Record<string, Load>
export type CodeLanguage = keyof typeof loaders

const endings: Readonly<Record<string, CodeLanguage>> = {
  sh: 'shell',
  bash: 'shell',
  zsh: 'shell',
  ksh: 'shell',
  yml: 'yaml',
  yaml: 'yaml',
  json: 'json',
  js: 'javascript',
  mjs: 'javascript',
  cjs: 'javascript',
  ts: 'typescript',
  ini: 'properties',
  cfg: 'properties',
  cnf: 'properties',
  properties: 'properties',
  env: 'shell',
  service: 'properties',
  socket: 'properties',
  timer: 'properties',
  mount: 'properties',
  target: 'properties',
  network: 'properties',
  desktop: 'properties',
  toml: 'toml',
  py: 'python',
  pl: 'perl',
  pm: 'perl',
  rb: 'ruby',
  lua: 'lua',
  go: 'go',
  rs: 'rust',
  c: 'c',
  h: 'c',
  java: 'java',
  css: 'css',
  xml: 'xml',
  svg: 'xml',
  html: 'html',
  htm: 'html',
  sql: 'sql',
  diff: 'diff',
  patch: 'diff',
}
const wholeNames: Readonly<Record<string, CodeLanguage>> = {
  dockerfile: 'dockerfile',
  containerfile: 'dockerfile',
  'nginx.conf': 'nginx',
  '.bashrc': 'shell',
  '.profile': 'shell',
  '.bash_profile': 'shell',
  '.bash_aliases': 'shell',
  '.zshrc': 'shell',
  '.env': 'shell',
  crontab: 'shell',
  fstab: 'shell',
  hosts: 'shell',
  'my.cnf': 'properties',
}

/** The language of a file, by its path; null when nothing is known of it. What lies in a folder of nginx is nginx. */
export function languageOf(path: string): CodeLanguage | null {
  const name = (path.split('/').at(-1) ?? '').toLowerCase()
  const whole = own(wholeNames, name)
  if (whole) return whole
  if (name.startsWith('dockerfile.')) return 'dockerfile'
  const ending = name.includes('.') ? (name.split('.').at(-1) ?? '') : ''
  const known = own(endings, ending)
  if (known) return known
  if (path.toLowerCase().includes('/nginx/')) return 'nginx'
  return ending === 'conf' ? 'properties' : null
}

export const loadLanguage = (language: CodeLanguage): Promise<StreamParser<unknown>> => loaders[language]()

/** A name is anything: `constructor` too. */
function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
