export interface Mount {
  device: string
  mount: string
  fstype: string
  readOnly: boolean
}

/** File systems that hold data of their own without a device under `/dev`. */
const DEVICELESS = new Set(['zfs', 'btrfs', 'bcachefs'])
/** Images that are always full and always read-only. */
const IMAGES = new Set(['squashfs', 'iso9660', 'udf', 'erofs', 'cramfs'])

/**
 * The real file systems in `/proc/mounts`: on a local device, each device once (bind mounts repeat it), and always the
 * root. Network and FUSE mounts are left out: asking a dead one would hang.
 */
export function parseMounts(text: string): Mount[] {
  const seen = new Set<string>()
  const found: Mount[] = []
  for (const line of text.split('\n')) {
    const [device, path, fstype, options] = line.split(' ')
    if (!device || !path || !fstype || !options) continue
    const mount = unescapeOctal(path)
    const isRoot = mount === '/'
    const real =
      (device.startsWith('/dev/') && !IMAGES.has(fstype) && !fstype.startsWith('fuse')) || DEVICELESS.has(fstype)
    if (!isRoot && (!real || seen.has(device))) continue
    // The last root mount covers the ones before it (rootfs, initramfs).
    if (isRoot) remove(found, '/')
    seen.add(device)
    found.push({ device: unescapeOctal(device), mount, fstype, readOnly: options.split(',').includes('ro') })
  }
  return found
}

function remove(mounts: Mount[], path: string): void {
  const index = mounts.findIndex((entry) => entry.mount === path)
  if (index >= 0) mounts.splice(index, 1)
}

/** `/proc` writes space, tab, newline and backslash in a path as octal. */
function unescapeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
