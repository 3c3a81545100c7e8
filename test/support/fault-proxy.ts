import type { TcpProxy } from './tcp-proxy.ts'

/** What can happen to the network between two nodes. */
export const networkFaults = ['cut', 'refused', 'slow', 'half-open', 'answers-lost', 'twice'] as const
export type NetworkFault = (typeof networkFaults)[number]

/** How long a piece is under way on a slow network. */
const slowMs = 400

/** Lets it happen until `proxy.heal()`. One fault takes the place of another. */
export async function afflict(proxy: TcpProxy, fault: NetworkFault): Promise<void> {
  await proxy.heal()
  switch (fault) {
    case 'cut':
      return proxy.cut()
    case 'refused':
      return await proxy.refuse()
    case 'slow':
      return proxy.delay(slowMs)
    case 'half-open':
      return proxy.halfOpen()
    case 'answers-lost':
      return proxy.loseAnswers()
    case 'twice':
      return proxy.twice()
  }
}
