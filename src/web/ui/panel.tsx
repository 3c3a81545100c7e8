import type { ReactNode } from 'react'
import { classes } from './class-names.ts'

/** A part of a page with a heading; `side` stands at the end of the heading. */
export function Panel({
  title,
  side,
  className,
  children,
}: {
  title: string
  side?: ReactNode
  className?: string
  children: ReactNode
}) {
  return (
    <section className={classes('flex min-w-0 flex-col rounded-lg border border-line bg-panel', className)}>
      <header className="flex min-h-10 items-center gap-2 border-b border-line px-3">
        <h2 className="min-w-0 flex-1 truncate text-sm font-semibold">{title}</h2>
        {side}
      </header>
      {children}
    </section>
  )
}
