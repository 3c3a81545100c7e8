import { useState } from 'react'
import type { CertificateJob } from '../../../contract/operations/nginx.ts'
import { client } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useNode } from '../../live/use-live.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input, Select } from '../../ui/field.tsx'
import { Form } from '../../ui/form.tsx'
import { useTask } from '../../ui/use-task.ts'
import { useServerPath } from '../host/use-host-query.ts'
import { nginxTexts } from './nginx.texts.ts'

/** Asks what an authority wants to know, and begins the job that issues and installs the certificate. */
export function IssueDialog(props: {
  agentId: string
  domain: string
  onIssued: (jobId: string) => void
  onClose: () => void
}) {
  const { agentId, domain, onIssued, onClose } = props
  const t = useTexts(nginxTexts)
  const server = useServerPath(agentId)
  const host = useNode(agentId)?.name ?? agentId
  const isWildcard = domain.startsWith('*.')
  const [email, setEmail] = useState('')
  const [challenge, setChallenge] = useState<'http-01' | 'dns-01'>(isWildcard ? 'dns-01' : 'http-01')
  const [more, setMore] = useState('')
  const [directory, setDirectory] = useState('')
  const { busy, error, run } = useTask()

  async function issue(): Promise<void> {
    const names = more.split(/[\s,;]+/).filter((name) => name !== '')
    const body = {
      email,
      challenge,
      ...(names.length > 0 ? { names } : {}),
      ...(directory === '' ? {} : { directory_url: directory }),
    }
    const path = `${server}/nginx/ssl/${encodeURIComponent(domain)}`
    const job = await run(() => client.call<typeof CertificateJob>('POST', path, { body }))
    if (!job) return
    onIssued(job.job_id)
    onClose()
  }

  return (
    <Dialog open onClose={onClose} title={t('issueTitle', { domain })} description={t('issueWhat', { host })}>
      <Form action={t('issue')} error={error} busy={busy} onSend={() => void issue()}>
        <Field label={t('email')} hint={t('emailHint')}>
          {(input) => (
            <Input {...input} type="email" required value={email} onChange={(event) => setEmail(event.target.value)} />
          )}
        </Field>
        <Field label={t('challenge')}>
          {(input) => (
            <Select
              {...input}
              className="w-full"
              value={challenge}
              options={[
                ...(isWildcard ? [] : [{ value: 'http-01' as const, label: t('http') }]),
                { value: 'dns-01' as const, label: t('dns') },
              ]}
              onChoose={setChallenge}
            />
          )}
        </Field>
        <Field label={t('more')} hint={t('moreHint')}>
          {(input) => <Input {...input} value={more} onChange={(event) => setMore(event.target.value)} />}
        </Field>
        <Field label={t('directory')} hint={t('directoryHint')}>
          {(input) => (
            <Input {...input} type="url" value={directory} onChange={(event) => setDirectory(event.target.value)} />
          )}
        </Field>
      </Form>
    </Dialog>
  )
}
