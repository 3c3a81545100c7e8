import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

/** Tabs inside a page, in place. The tabs of a scope are links and belong to the shell. */
export function Tabs<Id extends string>({
  tabs,
  value,
  onChoose,
  label,
}: {
  /** `keep`: what it holds (a text that is not saved yet) outlives a look at another tab. */
  tabs: ReadonlyArray<{ id: Id; label: string; keep?: boolean; content: () => ReactNode }>
  value: Id
  onChoose: (id: Id) => void
  label: string
}) {
  return (
    <Radix.Root
      value={value}
      onValueChange={(next) => onChoose(tabs.find(({ id }) => id === next)?.id ?? value)}
      className="flex min-h-0 flex-1 flex-col"
    >
      <Radix.List aria-label={label} className="flex shrink-0 gap-1 overflow-x-auto border-b border-line px-2">
        {tabs.map((tab) => (
          <Radix.Trigger
            key={tab.id}
            value={tab.id}
            className="border-b-2 border-transparent px-2 py-2 text-sm whitespace-nowrap text-soft data-[state=active]:border-accent data-[state=active]:text-ink"
          >
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content
          key={tab.id}
          value={tab.id}
          {...(tab.keep ? { forceMount: true as const } : {})}
          className="flex min-h-0 flex-1 flex-col outline-none data-[state=inactive]:hidden"
        >
          {tab.content()}
        </Radix.Content>
      ))}
    </Radix.Root>
  )
}
