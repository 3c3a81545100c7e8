import type { Bus } from '../../platform/bus.ts'
import type { MonitorEvents } from '../changes/events.ts'
import type { LiveExchange } from './live-exchange.ts'
import { liveFigures } from './live-figures.ts'

/** Emits where `outlet` does, and tells the other processes of this monitor what a node measured that is watched there. */
export function withMeasurements(
  outlet: Pick<Bus<MonitorEvents>, 'emit'>,
  exchange: Pick<LiveExchange, 'isWatched' | 'tell'>,
): Pick<Bus<MonitorEvents>, 'emit'> {
  function tellMeasured({ agent_id, at, metrics }: MonitorEvents['measured']): void {
    if (exchange.isWatched(agent_id)) exchange.tell(agent_id, liveFigures(at, metrics))
  }
  return {
    emit(name, event) {
      outlet.emit(name, event)
      if (name === 'measured') tellMeasured(event as MonitorEvents['measured'])
    },
  }
}
