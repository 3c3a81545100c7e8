import { hasLong, hasShort } from './destructive-tokens.ts'

/** A program that destroys: always, or with arguments for which `when` is true. */
interface Danger {
  kind: string
  names: readonly string[]
  /** More arguments never make it harmless, so the first call in a segment speaks for the later ones. */
  when?: (args: readonly string[]) => boolean
  /** `when` looks at no more than this many words behind the name, and at every call. */
  near?: number
}

const device = /^(?:[a-z]+=)?\/dev\/(?:sd|hd|vd|xvd|nvme|mmcblk|dm-|md|mapper|disk|loop|nbd|mem|kmem|port)/
const any = (args: readonly string[], ...words: string[]) => args.some((arg) => words.includes(arg))

export const shells: ReadonlySet<string> = new Set([
  'sh',
  'bash',
  'zsh',
  'dash',
  'ksh',
  'ash',
  'fish',
  'csh',
  'tcsh',
  'python',
  'python2',
  'python3',
  'perl',
  'ruby',
  'node',
  'nodejs',
  'php',
  'lua',
  'pwsh',
  'powershell',
  'tclsh',
  'deno',
  'bun',
])

const dangers: readonly Danger[] = [
  { kind: 'deletes_files', names: ['rm', 'unlink', 'srm', 'rimraf', 'rmtree', 'rmi'] },
  {
    kind: 'deletes_files',
    names: ['find', 'fd', 'fdfind'],
    when: (a) => a.some((arg) => /^--?(?:delete|exec|ok|execdir|exec-batch)/.test(arg)),
  },
  {
    kind: 'deletes_files',
    names: ['rsync'],
    when: (a) => a.some((arg) => arg.startsWith('--del') || arg.startsWith('--remove')),
  },
  { kind: 'deletes_files', names: ['mv'], when: (a) => any(a, '/dev/null', '/', '/*') },
  {
    kind: 'destroys_disk',
    names: [
      'shred',
      'wipefs',
      'mke2fs',
      'mkswap',
      'blkdiscard',
      'fdisk',
      'sfdisk',
      'cfdisk',
      'gdisk',
      'sgdisk',
      'parted',
      'lvremove',
      'vgremove',
      'pvremove',
      'badblocks',
    ],
  },
  { kind: 'destroys_disk', names: ['dd'], when: (a) => a.some((arg) => arg.startsWith('of=')) },
  {
    kind: 'destroys_disk',
    names: ['tee', 'cp', 'mv', 'install', 'cat', 'sponge'],
    when: (a) => a.some((arg) => device.test(arg)),
  },
  {
    kind: 'destroys_disk',
    names: ['zfs', 'zpool', 'btrfs', 'cryptsetup', 'mdadm', 'hdparm', 'nvme'],
    when: (a) =>
      a.some((arg) => /destroy|delete|labelclear|erase|luksformat|zero-superblock|format|sanitize/.test(arg)),
  },
  { kind: 'empties_files', names: ['truncate'] },
  {
    kind: 'opens_permissions',
    names: ['chmod'],
    when: (a) =>
      hasShort(a, 'r') ||
      hasLong(a, 'recursive') ||
      any(a, '/', '/*') ||
      a.some((arg) => /^[0-7]?777$|^[0-7]?666$|^[augo]*[ao][augo]*[+=][rwxst]*w/.test(arg)),
  },
  {
    kind: 'changes_owners',
    names: ['chown', 'chgrp', 'setfacl', 'chattr'],
    when: (a) => hasShort(a, 'r') || hasLong(a, 'recursive') || any(a, '/', '/*'),
  },
  { kind: 'stops_host', names: ['shutdown', 'reboot', 'poweroff', 'halt', 'kexec', 'soft-reboot', 'killall5'] },
  { kind: 'stops_host', names: ['init', 'telinit'], when: (a) => any(a, '0', '1', '6', 's') },
  {
    kind: 'stops_host',
    names: ['systemctl', 'loginctl'],
    when: (a) =>
      a.some((arg) =>
        /^(?:isolate|suspend|hibernate|hybrid-sleep|suspend-then-hibernate|rescue|emergency|switch-root|set-default)(?:\.target)?$/.test(
          arg,
        ),
      ),
  },
  { kind: 'stops_host', names: ['kill'], when: (a) => any(a, '1', '-1') },
  {
    kind: 'cuts_network',
    names: ['iptables', 'ip6tables', 'ebtables', 'arptables'],
    when: (a) => hasShort(a, 'fx') || any(a, 'drop', 'reject') || hasLong(a, 'flush') || hasLong(a, 'delete-chain'),
  },
  { kind: 'cuts_network', names: ['nft', 'ipset', 'ipvsadm'], when: (a) => any(a, 'flush', 'delete', 'destroy') },
  { kind: 'cuts_network', names: ['ufw'], when: (a) => any(a, 'disable', 'reset') },
  {
    kind: 'cuts_network',
    names: ['ip', 'ifconfig', 'nmcli'],
    when: (a) => any(a, 'down', 'flush', 'del', 'delete', 'off'),
  },
  { kind: 'cuts_network', names: ['ifdown'] },
  {
    kind: 'changes_accounts',
    names: ['userdel', 'deluser', 'groupdel', 'delgroup', 'passwd', 'chpasswd', 'usermod', 'visudo'],
  },
  { kind: 'destroys_data', names: ['dropdb', 'dropuser', 'flushall', 'flushdb', 'db.dropdatabase', 'dropdatabase'] },
  {
    kind: 'destroys_data',
    names: ['drop'],
    near: 3,
    when: (a) =>
      any(
        a,
        'database',
        'databases',
        'table',
        'tables',
        'schema',
        'user',
        'role',
        'index',
        'view',
        'column',
        'owned',
        'tablespace',
        'collection',
      ),
  },
  { kind: 'destroys_data', names: ['delete'], near: 1, when: (a) => any(a, 'from') },
  { kind: 'destroys_data', names: ['mysqladmin'], when: (a) => any(a, 'drop', 'shutdown') },
  { kind: 'rewrites_history', names: ['git'], when: (a) => gitDestroys(a) },
  {
    kind: 'destroys_containers',
    names: ['docker', 'podman', 'nerdctl', 'docker-compose'],
    when: (a) => any(a, 'prune', 'leave') || (any(a, 'down') && (hasShort(a, 'v') || hasLong(a, 'volumes'))),
  },
  {
    kind: 'destroys_cluster',
    names: ['kubectl', 'oc', 'k3s', 'microk8s', 'gcloud', 'az'],
    when: (a) => any(a, 'delete', 'drain'),
  },
  {
    kind: 'destroys_cluster',
    names: ['helm', 'terraform', 'tofu', 'pulumi', 'vagrant'],
    when: (a) => any(a, 'delete', 'uninstall', 'destroy') || any(a, '-destroy'),
  },
  {
    kind: 'removes_packages',
    names: ['apt', 'apt-get', 'aptitude', 'yum', 'dnf', 'zypper', 'pacman', 'apk', 'snap', 'pip', 'pip3', 'npm'],
    when: (a) => a.some((arg) => /^(?:remove|purge|autoremove|erase|del|uninstall|-r[a-z]*)$/.test(arg)),
  },
  {
    kind: 'removes_packages',
    names: ['dpkg', 'rpm'],
    when: (a) => a.some((arg) => /^(?:-r|-p|-e|--remove|--purge|--erase)$/.test(arg)),
  },
  { kind: 'removes_schedule', names: ['crontab'], when: (a) => hasShort(a, 'r') },
  { kind: 'runs_hidden_code', names: ['eval'] },
  {
    kind: 'runs_hidden_code',
    names: [...shells],
    when: (a) => a.some((arg) => /^-[a-z]*[cer]$/.test(arg) || /^--(?:eval|command|print|run)/.test(arg)),
  },
]

function gitDestroys(args: readonly string[]): boolean {
  const forced = hasShort(args, 'fd') || args.some((arg) => /^\+|^--(?:force|mirror|delete|prune)/.test(arg))
  if (forced && any(args, 'push')) return true
  if (any(args, 'reset') && hasLong(args, 'hard')) return true
  return any(args, 'clean') && (hasShort(args, 'fx') || hasLong(args, 'force'))
}

const byName = new Map<string, Danger[]>()
for (const danger of dangers) {
  for (const name of danger.names) byName.set(name, [...(byName.get(name) ?? []), danger])
}

/**
 * What calling `name`, the word at `index`, destroys, or null. `called` remembers the names of this segment, so that
 * a line of many calls costs no more than its length.
 */
export function dangerOf(name: string, words: readonly string[], index: number, called: Set<string>): string | null {
  if (/^mkfs(?:\.|$)/.test(name)) return 'destroys_disk'
  if (/^(?:systemd-)?(?:poweroff|reboot|halt|kexec|soft-reboot|shutdown)(?:\.target|\.service)?$/.test(name))
    return 'stops_host'
  const known = byName.get(name)
  if (!known) return null
  const first = !called.has(name)
  called.add(name)
  for (const { kind, when, near } of known) {
    if (when === undefined) return kind
    if (!first && near === undefined) continue
    if (when(words.slice(index + 1, near === undefined ? undefined : index + 1 + near))) return kind
  }
  return null
}
