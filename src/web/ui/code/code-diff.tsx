import { StreamLanguage } from '@codemirror/language'
import { MergeView } from '@codemirror/merge'
import { EditorState, type Extension } from '@codemirror/state'
import { EditorView, lineNumbers } from '@codemirror/view'
import { useEffect, useRef } from 'react'
import { useLanguage } from '../../i18n/language.tsx'
import { classes } from '../class-names.ts'
import { type CodeLanguage, loadLanguage } from './code-language.ts'
import { codeLook } from './code-look.ts'

/** Two texts side by side, what differs marked, long stretches that are the same folded away. */
export function CodeDiff({
  left,
  right,
  language,
  className,
}: {
  left: { title: string; text: string }
  right: { title: string; text: string }
  language: CodeLanguage | null
  className?: string
}) {
  const { language: words } = useLanguage()
  const holder = useRef<HTMLDivElement>(null)

  useEffect(() => {
    const parent = holder.current
    if (!parent) return undefined
    let made: MergeView | null = null
    let gone = false
    const show = (colouring: Extension) => {
      if (gone) return
      const side = ({ title, text }: { title: string; text: string }) => ({
        doc: text,
        extensions: [
          codeLook(words),
          lineNumbers(),
          colouring,
          EditorState.readOnly.of(true),
          EditorView.contentAttributes.of({ 'aria-label': title }),
        ],
      })
      made = new MergeView({
        parent,
        a: side({ title: left.title, text: left.text }),
        b: side({ title: right.title, text: right.text }),
        collapseUnchanged: { margin: 3, minSize: 6 },
      })
    }
    if (language) void loadLanguage(language).then((parser) => show(StreamLanguage.define(parser)))
    else show([])
    return () => {
      gone = true
      made?.destroy()
    }
  }, [left.title, left.text, right.title, right.text, language, words])

  return (
    <div className={classes('flex min-h-0 flex-col rounded-md border border-line', className)}>
      <div className="grid grid-cols-2 border-b border-line text-xs text-soft">
        {[left.title, right.title].map((title) => (
          <span key={title} className="truncate px-2 py-1">
            {title}
          </span>
        ))}
      </div>
      <div ref={holder} className="min-h-0 flex-1 overflow-auto" />
    </div>
  )
}
