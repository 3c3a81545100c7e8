/** Bytes since boot of one interface. */
export interface InterfaceBytes {
  name: string
  bytesSent: number
  bytesRecv: number
}

// Their traffic passes a physical interface too, or never leaves the host.
const VIRTUAL =
  /^(?:lo|veth.*|docker\d+|br-.*|virbr\d+.*|ifb\d+|cni.*|flannel.*|cali.*|vnet\d+|tap.*|dummy\d+|bond\d+|team\d+)$/

/** Reads `/proc/net/dev`; the loopback interface is left out. */
export function parseInterfaces(text: string): InterfaceBytes[] {
  const found: InterfaceBytes[] = []
  for (const line of text.split('\n').slice(2)) {
    const colon = line.lastIndexOf(':')
    if (colon < 0) continue
    const name = line.slice(0, colon).trim()
    if (name === 'lo') continue
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/\s+/)
    found.push({ name, bytesRecv: Number(fields[0]) || 0, bytesSent: Number(fields[8]) || 0 })
  }
  return found
}

/** Whether an interface counts in the sum of the host. */
export function carriesHostTraffic(name: string): boolean {
  return !VIRTUAL.test(name)
}
