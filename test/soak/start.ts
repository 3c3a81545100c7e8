import type { TreeNode } from '../support/tree.ts'

const maxStarts = 8

/** Starts it again; a busy machine may need more than the bound of one start, of which `onSlow` is told. */
export async function startPatiently(node: TreeNode, onSlow: () => void = () => undefined): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await node.start()
    } catch (error) {
      onSlow()
      if (attempt === maxStarts) throw new Error(`${node.id} does not start any more`, { cause: error })
    }
  }
}
