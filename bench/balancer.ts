import { startBalancer } from '../test/support/balancer.ts'
import { answer, startedWith, tell } from './support/child.ts'

/** Which servers stand behind the one address from now on. */
export interface BalancerOrder {
  targets: string[]
}

await startedWith()
const balancer = await startBalancer()
answer(async (order) => {
  balancer.use((order as BalancerOrder).targets)
  return {}
})
tell({ port: Number(new URL(balancer.url).port) })
