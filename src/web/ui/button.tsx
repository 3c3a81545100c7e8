import type { ComponentProps } from 'react'
import { classes } from './class-names.ts'

const kinds = {
  plain: 'border border-line bg-raised hover:bg-hover',
  primary: 'border border-transparent bg-accent text-on-accent hover:brightness-110',
  danger: 'border border-bad text-bad bg-raised hover:bg-bad-ground',
  quiet: 'border border-transparent hover:bg-hover',
}

/** A button; `busy` while what it started is under way: then it cannot be pressed again. */
export function Button({
  kind = 'plain',
  busy = false,
  small = false,
  className,
  disabled,
  children,
  ...rest
}: ComponentProps<'button'> & { kind?: keyof typeof kinds; busy?: boolean; small?: boolean }) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={classes(
        'inline-flex items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap disabled:opacity-55',
        small ? 'h-7 px-2 text-xs' : 'h-8 px-3 text-sm',
        kinds[kind],
        className,
      )}
    >
      {busy && (
        <span aria-hidden className="size-3 animate-spin rounded-full border-2 border-current border-t-transparent" />
      )}
      {children}
    </button>
  )
}

/** A square button with a sign; `label` is what it does, in words. */
export function IconButton({ label, className, children, ...rest }: ComponentProps<'button'> & { label: string }) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      title={label}
      className={classes(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md hover:bg-hover disabled:opacity-55',
        className,
      )}
    >
      {children}
    </button>
  )
}
