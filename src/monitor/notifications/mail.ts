import { isIP } from 'node:net'
import type { ChannelConfigOf } from '../../contract/better-monitor/channel-configs.ts'
import type { AddressGuard } from './addresses.ts'
import { DeliveryError } from './delivery-error.ts'
import { bodyOf, titleOf } from './notice.ts'
import { asDeliveryError, tooLate } from './post.ts'
import type { Told } from './senders/sender.ts'

type MailConfig = ChannelConfigOf<'email'>

/**
 * Sends a notice as plain mail, over a connection to exactly the address that the guard allowed. Encrypted unless the channel
 * says `none`. `handOver` runs after the login and before the message is given. The Message-ID is the same at every attempt.
 * Resolves with the recipients that the server refused while it took others. Throws a DeliveryError.
 */
export async function sendMail(
  config: MailConfig,
  told: Told,
  options: { guard: AddressGuard; ca: string[] | undefined; signal: AbortSignal; handOver: () => Promise<void> },
): Promise<string[]> {
  const { guard, ca, signal, handOver } = options
  const { address } = await guard.resolve(config.smtp_host)
  const [{ default: SmtpConnection }, { default: MailComposer }] = await Promise.all([
    import('nodemailer/lib/smtp-connection'),
    import('nodemailer/lib/mail-composer'),
  ])
  const composed = new MailComposer({
    from: config.from,
    to: config.to,
    subject: titleOf(told.notice, told.language),
    text: bodyOf(told.notice, told.language, { escape: (text) => text, lineBreak: '\n', fits: () => true }),
    messageId: `<${told.uid}@${senderDomain(config.from)}>`,
    date: new Date(told.nowMs),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Cortex-Notice': told.uid },
    disableFileAccess: true,
    disableUrlAccess: true,
  }).compile()
  const message = await composed.build()

  if (signal.aborted) throw tooLate()
  const security = config.security ?? (config.smtp_port === 465 ? 'tls' : 'starttls')
  const connection = new SmtpConnection({
    host: address,
    port: config.smtp_port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(isIP(config.smtp_host) === 0 ? { servername: config.smtp_host } : {}),
    ...(ca ? { tls: { ca } } : {}),
    socketCloseTimeout: 0,
  })
  const broken = new Promise<never>((_, reject) => {
    connection.on('error', reject)
    connection.on('end', () => reject(new DeliveryError('connection_failed', 'the connection ended', { retry: true })))
    signal.addEventListener('abort', () => reject(tooLate()), { once: true })
  })
  broken.catch(() => undefined)
  const step = async <T>(begin: (done: (error?: Error | null, value?: T) => void) => void): Promise<T | undefined> => {
    const done = new Promise<T | undefined>((resolve, reject) =>
      begin((error, value) => (error ? reject(error) : resolve(value))),
    )
    return await Promise.race([done, broken])
  }
  try {
    await step((done) => connection.connect(done))
    const { username, password } = config
    if (username !== undefined && username !== '') {
      await step<boolean>((done) => connection.login({ user: username, pass: password ?? '' }, done))
    }
    await handOver()
    const envelope = composed.getEnvelope()
    const sent = await step<{ rejected: string[] }>((done) =>
      connection.send({ from: envelope.from, to: envelope.to }, message, done),
    )
    return sent?.rejected ?? []
  } catch (error) {
    throw mailError(error, signal)
  } finally {
    connection.close()
  }
}

/** 4yz and a broken connection may pass; 5yz and a wrong password will not. */
function mailError(error: unknown, signal: AbortSignal): unknown {
  if (!(error instanceof Error) || error instanceof DeliveryError || signal.aborted)
    return asDeliveryError(error, signal)
  const status = 'responseCode' in error && typeof error.responseCode === 'number' ? error.responseCode : null
  if (status === null) return asDeliveryError(error, signal)
  const said = 'response' in error && typeof error.response === 'string' ? error.response : String(status)
  const isLogin = 'code' in error && error.code === 'EAUTH'
  return new DeliveryError(isLogin ? 'login_failed' : 'refused', `the mail server answered ${said}`, {
    retry: status < 500,
  })
}

function senderDomain(from: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'cortex.invalid'
}
