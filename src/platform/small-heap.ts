import { flushCompileCache } from 'node:module'
import { setFlagsFromString } from 'node:v8'

/**
 * From now on this process holds as little memory as it can, at the price of more frequent collections. Called once what it
 * works with is loaded: code that was compiled under other flags is not taken from the compile cache at the next start, so
 * what is compiled is written there before.
 */
export function keepHeapSmall(): void {
  flushCompileCache()
  setFlagsFromString('--optimize-for-size')
}
