import { describe, expect, test } from 'vitest'
import { destructiveLines, protectedServices } from '../../../test/support/destructive-lines.ts'
import { whyDestructive } from './destructive.ts'

const why = (text: string) => whyDestructive(text, protectedServices)

describe('a destructive line is found', () => {
  for (const [kind, lines] of Object.entries(destructiveLines)) {
    test.each(lines)(`${kind}: %j`, (line) => expect(why(line)).toBe(kind))
  }
})

test.each([
  'systemctl restart nginx',
  'systemctl start sshd',
  'service nginx restart',
  'clean disk /var',
  'rotate log /var/log/nginx/access.log',
  'stop process 4242 java',
  'run command flush-cache',
  '重启 nginx 服务',
  'Restart the web server and look at its log',
  'systemctl stop nginx',
  'systemctl restart postgresql',
  'increase the disk of this machine',
  'iptables -L',
  'docker restart web',
  'kubectl get pods',
  'git pull',
  'find /var/log -size +1G',
  'kill -HUP 1234',
  'chmod 644 /srv/x',
  'dd if=/dev/sda',
  'format: confirm with the form',
  'systemctl status systemd-journald',
  'a firm alarm, warm',
])('a harmless line is left alone: %j', (line) => expect(why(line)).toBeNull())
