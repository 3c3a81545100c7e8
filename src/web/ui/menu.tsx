import { DropdownMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { classes } from './class-names.ts'

/** A menu behind `trigger`, which must be one button. */
export function Menu({
  trigger,
  openAtFirst = false,
  children,
}: {
  trigger: ReactNode
  openAtFirst?: boolean
  children: ReactNode
}) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen={openAtFirst}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 max-h-[80vh] min-w-44 overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-lg"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

const itemLook =
  'flex cursor-pointer items-center gap-2 rounded px-2 py-1.5 text-sm outline-none select-none data-disabled:opacity-55 data-highlighted:bg-hover'

export function MenuItem({
  onSelect,
  danger = false,
  disabled = false,
  children,
}: {
  onSelect: () => void
  danger?: boolean
  disabled?: boolean
  children: ReactNode
}) {
  return (
    <DropdownMenu.Item disabled={disabled} onSelect={onSelect} className={classes(itemLook, danger && 'text-bad')}>
      {children}
    </DropdownMenu.Item>
  )
}

/** One of several: the chosen one has a dot. */
export function MenuChoice<Value extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string
  value: Value
  options: ReadonlyArray<{ value: Value; label: string }>
  onChoose: (value: Value) => void
}) {
  return (
    <>
      <DropdownMenu.Label className="px-2 pt-1.5 pb-0.5 text-xs text-soft">{label}</DropdownMenu.Label>
      <DropdownMenu.RadioGroup value={value}>
        {options.map((option) => (
          <DropdownMenu.RadioItem
            key={option.value}
            value={option.value}
            onSelect={() => onChoose(option.value)}
            className={itemLook}
          >
            <span aria-hidden className="w-3 text-accent">
              {option.value === value ? '✓' : ''}
            </span>
            {option.label}
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </>
  )
}

export const MenuLine = () => <DropdownMenu.Separator className="my-1 h-px bg-line" />
