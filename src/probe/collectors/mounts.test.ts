import { expect, test } from 'vitest'
import { parseMounts } from './mounts.ts'

const mounts = `rootfs / rootfs rw 0 0
proc /proc proc rw,relatime 0 0
/dev/vda / ext4 rw,relatime,discard 0 0
/dev/vdb /srv/my\\040data xfs rw,noatime 0 0
/dev/vdb /var/lib/docker xfs rw,noatime 0 0
/dev/loop3 /snap/core squashfs ro,nodev 0 0
/dev/sr0 /media/cd iso9660 ro 0 0
tank/home /home zfs rw 0 0
tmpfs /run tmpfs rw 0 0
10.0.0.1:/x /mnt/nfs nfs4 rw 0 0
/dev/fuse /mnt/fuse fuse.sshfs rw 0 0
/dev/vdc /boot vfat ro,relatime 0 0
`

test('only real local file systems, each device once, with plain names', () => {
  expect(parseMounts(mounts)).toEqual([
    { device: '/dev/vda', mount: '/', fstype: 'ext4', readOnly: false },
    { device: '/dev/vdb', mount: '/srv/my data', fstype: 'xfs', readOnly: false },
    { device: 'tank/home', mount: '/home', fstype: 'zfs', readOnly: false },
    { device: '/dev/vdc', mount: '/boot', fstype: 'vfat', readOnly: true },
  ])
})

test('the root is there whatever it stands on', () => {
  expect(parseMounts('overlay / overlay rw,lowerdir=/a 0 0\n')).toEqual([
    { device: 'overlay', mount: '/', fstype: 'overlay', readOnly: false },
  ])
})
