import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type {
  AlertSetting,
  AlertSettingAnswer,
  AlertSettingDetail,
  AlertSettingList,
} from '../../../contract/better-monitor/alert-settings.ts'
import type { Message } from '../../../contract/better-monitor/servers.ts'
import { client } from '../../app-state.ts'
import { useLanguage, useTexts } from '../../i18n/language.tsx'
import { formatNumber } from '../../lib/format.ts'
import { useMay, useNodes } from '../../live/use-live.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Age } from '../../ui/age.tsx'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { classes } from '../../ui/class-names.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState, Loaded } from '../../ui/states.tsx'
import { toast } from '../../ui/toast.tsx'
import { concerns } from './in-scope.ts'
import { RuleForm, rulesKey } from './rule-form.tsx'
import { ruleText } from './rule-text.ts'
import { rulesTexts } from './rules.texts.ts'

/** The rules that concern the scope, made here or above, each in words. */
export function RulesView({ agentId }: PageProps) {
  const t = useTexts(rulesTexts)
  const { language } = useLanguage()
  const mayOperate = useMay('operate')
  const { nodes } = useNodes()
  const queries = useQueryClient()
  const [form, setForm] = useState<{ rule: AlertSetting | null } | null>(null)
  const [deleting, setDeleting] = useState<AlertSetting | null>(null)
  const [standing, setStanding] = useState<AlertSetting | null>(null)
  const query = useQuery({
    queryKey: [rulesKey, 'list'],
    queryFn: ({ signal }) => client.get<typeof AlertSettingList>('/api/alerts/settings', {}, signal),
  })
  const rules = query.data?.settings.filter(({ agent_id }) => concerns(agent_id, agentId, nodes))
  const readAgain = () => void queries.invalidateQueries({ queryKey: [rulesKey] })
  const words = (rule: AlertSetting) =>
    ruleText(rule, rule.agent_id === null ? null : (nodes.get(rule.agent_id)?.name ?? rule.agent_id), language)

  async function turn(rule: AlertSetting) {
    const body = { enabled: !rule.enabled }
    const outcome = await client.call<typeof AlertSettingAnswer>('PUT', `/api/alerts/settings/${rule.id}`, { body })
    if (outcome.ok) toast('done', t('saved'))
    else toast('failed', outcome.failure.message)
    readAgain()
  }
  async function remove(rule: AlertSetting): Promise<string | null> {
    const outcome = await client.call<typeof Message>('DELETE', `/api/alerts/settings/${rule.id}`)
    if (!outcome.ok) return outcome.failure.message
    toast('done', t('deleted'))
    readAgain()
    return null
  }

  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      {mayOperate && (
        <div className="flex justify-end border-b border-line bg-panel px-3 py-2">
          <Button kind="primary" onClick={() => setForm({ rule: null })}>
            {t('add')}
          </Button>
        </div>
      )}
      <Loaded query={query} lines={6}>
        {() =>
          rules === undefined || rules.length === 0 ? (
            <EmptyState title={t('none')}>{t('noneHint')}</EmptyState>
          ) : (
            <ul className="divide-y divide-line">
              {rules.map((rule) => (
                <li key={rule.id} className="flex flex-wrap items-center gap-x-3 gap-y-2 px-3 py-2.5">
                  <div className="min-w-0 flex-1 basis-72">
                    <p className={classes('text-sm break-words', !rule.enabled && 'text-soft')}>
                      {rule.name !== '' && <strong className="font-medium">{rule.name}: </strong>}
                      {words(rule)}
                    </p>
                    <p className="flex flex-wrap items-center gap-2 text-xs text-soft">
                      <Badge tone={rule.enabled ? 'good' : 'plain'}>{t(rule.enabled ? 'enabled' : 'disabled')}</Badge>
                      {rule.inherited_from === null ? rule.created_by : t('inherited', { from: rule.inherited_from })}
                    </p>
                  </div>
                  <span className="flex flex-wrap gap-2">
                    <Button small kind="quiet" onClick={() => setStanding(rule)}>
                      {t('show')}
                    </Button>
                    {mayOperate && rule.inherited_from === null && (
                      <>
                        <Button small onClick={() => void turn(rule)}>
                          {t(rule.enabled ? 'disable' : 'enable')}
                        </Button>
                        <Button small onClick={() => setForm({ rule })}>
                          {t('edit')}
                        </Button>
                        <Button small kind="danger" onClick={() => setDeleting(rule)}>
                          {t('delete')}
                        </Button>
                      </>
                    )}
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      {form && <RuleForm rule={form.rule} agentId={agentId} onClose={() => setForm(null)} />}
      {standing && <Standing rule={standing} title={words(standing)} onClose={() => setStanding(null)} />}
      {deleting && (
        <ConfirmDialog
          open
          title={t('deleteTitle')}
          what={t('deleteWhat', { rule: words(deleting) })}
          action={t('delete')}
          onConfirm={() => remove(deleting)}
          onClose={() => setDeleting(null)}
        />
      )}
    </div>
  )
}

/** On which servers a rule finds something wrong now. */
function Standing({ rule, title, onClose }: { rule: AlertSetting; title: string; onClose: () => void }) {
  const t = useTexts(rulesTexts)
  const { nodes } = useNodes()
  const query = useQuery({
    queryKey: [rulesKey, 'one', rule.id],
    queryFn: ({ signal }) => client.get<typeof AlertSettingDetail>(`/api/alerts/settings/${rule.id}`, {}, signal),
  })
  return (
    <Dialog open onClose={onClose} title={t('standingTitle', { rule: rule.name || title })}>
      <Loaded query={query}>
        {({ standing }) =>
          standing.length === 0 ? (
            <p className="text-sm text-soft">{t('standingNone')}</p>
          ) : (
            <ul className="flex flex-col gap-1 text-sm">
              {standing.map((one) => (
                <li key={one.server_id} className="flex items-center gap-2">
                  <Badge tone={one.phase === 'firing' ? 'bad' : 'warn'}>{t(one.phase)}</Badge>
                  <span className="min-w-0 flex-1 truncate">{nodes.get(one.agent_id)?.name ?? one.agent_id}</span>
                  <span>{formatNumber(one.value, 2)}</span>
                  <span className="text-xs text-soft">
                    <Age at={one.since} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Dialog>
  )
}
