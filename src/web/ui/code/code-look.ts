import { defaultHighlightStyle, HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import type { Language } from '../../i18n/define-texts.ts'
import { cspNonce } from '../../lib/csp-nonce.ts'

/** Colours of the usual style, which is made for white paper, and what they become in our two themes. */
const inks: Record<string, string> = {
  '#404740': 'var(--soft)',
  '#708': 'light-dark(#7b1fa2, #d3a4f2)',
  '#219': 'light-dark(#1f3fa8, #93b4ff)',
  '#164': 'light-dark(#156b43, #7fd6a6)',
  '#a11': 'light-dark(#a3262a, #ff9e97)',
  '#e40': 'light-dark(#b84300, #ffae74)',
  '#00f': 'light-dark(#2456c8, #8fb6ff)',
  '#30a': 'light-dark(#4b2fb0, #b9a7ff)',
  '#085': 'light-dark(#0b6e4f, #74d3b0)',
  '#167': 'light-dark(#0f6475, #79cfe2)',
  '#256': 'light-dark(#22576b, #8ecbe0)',
  '#00c': 'light-dark(#1d47b5, #9abcff)',
  '#940': 'light-dark(#7a5a1e, #c9a876)',
  '#f00': 'var(--bad)',
}

const style = HighlightStyle.define(
  defaultHighlightStyle.specs.map((spec) => {
    const ink: unknown = spec['color']
    return typeof ink === 'string' ? { ...spec, color: inks[ink] ?? ink } : spec
  }),
)

const theme = EditorView.theme({
  '&': { height: '100%', fontSize: '13px', color: 'var(--ink)', backgroundColor: 'var(--panel)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-mono, ui-monospace, monospace)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--page)', color: 'var(--soft)', borderRight: '1px solid var(--line)' },
  '.cm-activeLine, .cm-activeLineGutter': {
    backgroundColor: 'color-mix(in srgb, var(--hover) 55%, transparent)',
  },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'color-mix(in srgb, var(--accent) 28%, transparent) !important',
  },
  '.cm-panels': { backgroundColor: 'var(--raised)', color: 'var(--ink)' },
  '.cm-panels.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panels.cm-panels-bottom': { borderTop: '1px solid var(--line)' },
  '.cm-textfield': { backgroundColor: 'var(--panel)', border: '1px solid var(--strong-line)', borderRadius: '4px' },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--raised)',
    color: 'var(--ink)',
    border: '1px solid var(--line)',
    borderRadius: '4px',
  },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', border: '1px solid var(--line)' },
  '.cm-searchMatch': { backgroundColor: 'color-mix(in srgb, var(--warn) 35%, transparent)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in srgb, var(--accent) 45%, transparent)' },
  '.cm-lintRange-error': { backgroundColor: 'var(--bad-ground)' },
  '.cm-collapsedLines': { background: 'var(--hover)', color: 'var(--soft)' },
  '.cm-changedLine': { backgroundColor: 'color-mix(in srgb, var(--accent) 10%, transparent) !important' },
})

const phrases: Record<string, string> = {
  Find: '查找',
  Replace: '替换为',
  next: '下一个',
  previous: '上一个',
  all: '全部',
  'match case': '区分大小写',
  'by word': '全词匹配',
  regexp: '正则',
  replace: '替换',
  'replace all': '全部替换',
  close: '关闭',
  'current match': '当前匹配',
  'replaced $ matches': '已替换 $ 处',
  'replaced match on line $': '已替换第 $ 行',
  'on line': '位于第',
  'Go to line': '跳到行',
  go: '跳转',
  '$ unchanged lines': '$ 行未改动',
}

/** What all views of code share: the colours of both themes, words of the editor in the person's language, the nonce. */
export const codeLook = (language: Language): Extension => [
  EditorView.cspNonce.of(cspNonce()),
  theme,
  syntaxHighlighting(style),
  EditorView.lineWrapping,
  language === 'zh' ? EditorState.phrases.of(phrases) : [],
]
