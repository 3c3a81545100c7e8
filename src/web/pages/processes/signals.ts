import type { ProcessKillParams } from '../../../contract/operations/processes.ts'

export type Signal = ProcessKillParams['signal']
/** As offered: the gentle one first. */
export const signals: readonly Signal[] = ['TERM', 'HUP', 'INT', 'KILL']
