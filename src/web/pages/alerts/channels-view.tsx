import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Channel, ChannelAnswer, ChannelList, ChannelTested } from '../../../contract/better-monitor/channels.ts'
import type { Message } from '../../../contract/better-monitor/servers.ts'
import { client } from '../../app-state.ts'
import { languageNames } from '../../i18n/language-names.ts'
import { useTexts } from '../../i18n/language.tsx'
import { useNodes } from '../../live/use-live.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/class-names.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { uiTexts } from '../../ui/ui.texts.ts'
import { ChannelForm, channelsKey } from './channel-form.tsx'
import { channelsTexts } from './channels.texts.ts'
import { concerns } from './in-scope.ts'

/** Who is told of the alerts of the scope, and whether that works. */
export function ChannelsView({ agentId }: PageProps) {
  const t = useTexts(channelsTexts)
  const { nodes } = useNodes()
  const queries = useQueryClient()
  const [form, setForm] = useState<{ channel: Channel | null } | null>(null)
  const [deleting, setDeleting] = useState<Channel | null>(null)
  const query = useQuery({
    queryKey: [channelsKey],
    queryFn: ({ signal }) => client.get<typeof ChannelList>('/api/alerts/channels', {}, signal),
  })
  const channels = query.data?.channels.filter(({ subtree }) => concerns(subtree, agentId, nodes))
  const readAgain = () => void queries.invalidateQueries({ queryKey: [channelsKey] })

  async function remove(channel: Channel): Promise<string | null> {
    const outcome = await client.call<typeof Message>('DELETE', `/api/alerts/channels/${channel.id}`)
    if (!outcome.ok) return outcome.failure.message
    toast('done', t('deleted'))
    readAgain()
    return null
  }

  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <div className="flex justify-end border-b border-line bg-panel px-3 py-2">
        <Button kind="primary" onClick={() => setForm({ channel: null })}>
          {t('add')}
        </Button>
      </div>
      <Loaded query={query} lines={6}>
        {() =>
          channels === undefined || channels.length === 0 ? (
            <EmptyState title={t('none')}>{t('noneHint')}</EmptyState>
          ) : (
            <ul className="divide-y divide-line">
              {channels.map((channel) => (
                <OneChannel
                  // What a test answered is no longer true of a channel that was changed.
                  key={`${channel.id} ${channel.updated_at}`}
                  channel={channel}
                  onEdit={() => setForm({ channel })}
                  onDelete={() => setDeleting(channel)}
                  onChanged={readAgain}
                />
              ))}
            </ul>
          )
        }
      </Loaded>
      {form && <ChannelForm channel={form.channel} subtree={agentId} onClose={() => setForm(null)} />}
      {deleting && (
        <ConfirmDialog
          open
          title={t('deleteTitle')}
          what={t('deleteWhat', { name: deleting.name })}
          action={t('delete')}
          onConfirm={() => remove(deleting)}
          onClose={() => setDeleting(null)}
        />
      )}
    </div>
  )
}

function OneChannel(props: { channel: Channel; onEdit: () => void; onDelete: () => void; onChanged: () => void }) {
  const t = useTexts(channelsTexts)
  const words = useTexts(uiTexts)
  const { nodes } = useNodes()
  const { channel } = props
  const [testing, setTesting] = useState(false)
  const [answer, setAnswer] = useState<{ ok: boolean; text: string } | null>(null)

  async function test() {
    setTesting(true)
    setAnswer(null)
    const outcome = await client.call<typeof ChannelTested>('POST', `/api/alerts/channels/${channel.id}/test`)
    setTesting(false)
    if (!outcome.ok) return setAnswer({ ok: false, text: outcome.failure.message })
    const { message, duration_ms } = outcome.data
    setAnswer({ ok: true, text: t('tested', { message, ms: Math.round(duration_ms) }) })
  }
  async function turn() {
    const body = { enabled: !channel.enabled }
    const outcome = await client.call<typeof ChannelAnswer>('PUT', `/api/alerts/channels/${channel.id}`, { body })
    if (!outcome.ok) toast('failed', outcome.failure.message)
    props.onChanged()
  }

  const limits = [
    languageNames.find(({ value }) => value === channel.language)?.label,
    channel.min_severity && t('onlyFrom', { severity: words(channel.min_severity) }),
    channel.subtree && t('onlyUnder', { scope: nodes.get(channel.subtree)?.name ?? channel.subtree }),
    !channel.send_resolved && t('noResolved'),
  ]
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2.5">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-2 text-sm">
          <span className="font-medium break-all">{channel.name}</span>
          <Badge>{t(channel.type)}</Badge>
          <Badge tone={channel.enabled ? 'good' : 'plain'}>{t(channel.enabled ? 'enabled' : 'disabled')}</Badge>
          {channel.secrets_lost && <Badge tone="bad">{t('secretsLost')}</Badge>}
        </p>
        <p className="text-xs text-soft">{limits.filter(Boolean).join(' · ')}</p>
        {answer && (
          <p
            role={answer.ok ? 'status' : 'alert'}
            className={classes('text-sm break-words', answer.ok ? 'text-good' : 'text-bad')}
          >
            {answer.text}
          </p>
        )}
      </div>
      <span className="flex flex-wrap gap-2">
        <Button small busy={testing} onClick={() => void test()}>
          {t('test')}
        </Button>
        <Button small onClick={() => void turn()}>
          {t(channel.enabled ? 'disable' : 'enable')}
        </Button>
        <Button small onClick={props.onEdit}>
          {t('edit')}
        </Button>
        <Button small kind="danger" onClick={props.onDelete}>
          {t('delete')}
        </Button>
      </span>
    </li>
  )
}
