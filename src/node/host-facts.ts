import { readFileSync } from 'node:fs'
import { cpus, hostname, networkInterfaces, totalmem, arch, release } from 'node:os'

/** What a node says of its host when it registers (spec: 集群管理接口 6, `metadata`). */
export function hostFacts() {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
  return {
    hostname: hostname(),
    ip_address: addresses.find((address) => address.family === 'IPv4' && !address.internal)?.address ?? '127.0.0.1',
    os: osName(),
    kernel: release(),
    arch: arch(),
    cpu_cores: cpus().length,
    cpu_model: cpus()[0]?.model ?? '',
    memory_gb: Math.round((totalmem() / 1024 ** 3) * 10) / 10,
  }
}

function osName(): string {
  let text: string
  try {
    text = readFileSync('/etc/os-release', 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return process.platform
    throw error
  }
  return /^PRETTY_NAME="?(.*?)"?$/m.exec(text)?.[1] ?? process.platform
}
