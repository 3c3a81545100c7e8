import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, indentOnInput, StreamLanguage } from '@codemirror/language'
import { lintGutter, setDiagnostics } from '@codemirror/lint'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { useLanguage } from '../../i18n/language.tsx'
import { classes } from '../class-names.ts'
import { type CodeLanguage, loadLanguage } from './code-language.ts'
import { codeLook } from './code-look.ts'

/** What is wrong with the text, as who checked it said; `line` counts from 1. */
export interface CodeProblem {
  line: number
  message: string
}

/**
 * An editor for text of a host. `text` is what it starts with; another `text` replaces what is in it, so hand in what was
 * last read or saved, not what `onChange` told. Escape, then Tab, leaves it by keyboard; `onSave` is Ctrl-S.
 */
export function CodeEditor({
  text,
  language,
  label,
  readOnly = false,
  problem = null,
  onChange,
  onSave,
  className,
}: {
  text: string
  language: CodeLanguage | null
  label: string
  readOnly?: boolean
  problem?: CodeProblem | null
  onChange?: (text: string) => void
  onSave?: () => void
  className?: string
}) {
  const { language: words } = useLanguage()
  const holder = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const told = useRef({ onChange, onSave })
  told.current = { onChange, onSave }
  const first = useRef(text)

  useEffect(() => {
    if (!holder.current) return undefined
    const colouring = new Compartment()
    const made = new EditorView({
      parent: holder.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          codeLook(words),
          lineNumbers(),
          history(),
          drawSelection(),
          highlightActiveLine(),
          highlightSelectionMatches(),
          indentOnInput(),
          bracketMatching(),
          search({ top: true }),
          lintGutter(),
          colouring.of([]),
          EditorState.readOnly.of(readOnly),
          EditorView.contentAttributes.of({ 'aria-label': label }),
          keymap.of([
            { key: 'Mod-s', preventDefault: true, run: () => (told.current.onSave?.(), true) },
            ...searchKeymap,
            ...historyKeymap,
            ...defaultKeymap,
            indentWithTab,
          ]),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) told.current.onChange?.(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = made
    if (language) {
      void loadLanguage(language).then((parser) => {
        if (view.current === made) made.dispatch({ effects: colouring.reconfigure(StreamLanguage.define(parser)) })
      })
    }
    return () => {
      // What was typed outlives a change of the language of the page.
      first.current = made.state.doc.toString()
      view.current = null
      made.destroy()
    }
  }, [language, label, readOnly, words])

  useEffect(() => {
    const made = view.current
    if (!made || made.state.doc.toString() === text) return
    made.dispatch({ changes: { from: 0, to: made.state.doc.length, insert: text } })
  }, [text])

  useEffect(() => {
    const made = view.current
    if (!made) return
    const { doc } = made.state
    const line = problem ? doc.line(Math.min(Math.max(1, problem.line), doc.lines)) : null
    const found =
      line && problem ? [{ from: line.from, to: line.to, severity: 'error' as const, message: problem.message }] : []
    made.dispatch(setDiagnostics(made.state, found))
    if (line)
      made.dispatch({
        selection: { anchor: line.from },
        effects: EditorView.scrollIntoView(line.from, { y: 'center' }),
      })
  }, [problem])

  return <div ref={holder} className={classes('min-h-0 min-w-0 overflow-hidden', className)} />
}
