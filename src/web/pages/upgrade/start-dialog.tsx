import { useState } from 'react'
import type { UpgradeAnswer } from '../../../contract/better-monitor/releases.ts'
import { client, queryClient } from '../../app-state.ts'
import { useTexts } from '../../i18n/language.tsx'
import type { NodeItem } from '../../live/node-store.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Field, Input } from '../../ui/field.tsx'
import { toast } from '../../ui/toast.tsx'
import { readRings } from './rollout-view.ts'
import { upgradeTexts } from './upgrade.texts.ts'

const namesShown = 8

/** Says what an upgrade will do and to whom, asks for its rings, and begins it. */
export function StartDialog(props: {
  nodes: readonly NodeItem[]
  version: string
  channel: 'stable' | 'beta'
  onBegun: (rolloutId: number) => void
  onClose: () => void
}) {
  const { nodes, version, channel, onBegun, onClose } = props
  const t = useTexts(upgradeTexts)
  const [rings, setRings] = useState('1, 5')
  const [pauseS, setPauseS] = useState('60')
  const [failures, setFailures] = useState('0')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const sizes = readRings(rings)
  const rest = nodes.length - namesShown
  const names = [
    ...nodes.slice(0, namesShown).map(({ name }) => name),
    ...(rest > 0 ? [t('more', { count: rest })] : []),
  ].join(', ')

  async function begin(): Promise<void> {
    if (sizes === null || busy) return
    setBusy(true)
    setError(null)
    const outcome = await client.call<typeof UpgradeAnswer>('POST', '/api/servers/upgrade', {
      body: {
        serverIds: nodes.map((node) => node.server_id),
        targetVersion: version,
        channel,
        rings: sizes,
        pause_s: Number(pauseS),
        max_failures: Number(failures),
      },
    })
    setBusy(false)
    if (!outcome.ok) return setError(outcome.failure.message)
    const { rollout_id: id, result, reasons } = outcome.data
    if (id === null) {
      const of = (reason: string) => Object.values(reasons).filter((each) => each === reason).length
      const counts = { up_to_date: of('up_to_date'), downgrade: of('downgrade'), missing: result.missing.length }
      const parts = (['up_to_date', 'downgrade', 'missing'] as const).filter((name) => counts[name] > 0)
      return setError(t('nothing', { reasons: parts.map((name) => t(name, { count: counts[name] })).join(', ') }))
    }
    toast('done', t('begun', { count: result.success.length + result.offline.length }))
    void queryClient.invalidateQueries({ queryKey: ['rollouts'] })
    onBegun(id)
    onClose()
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={t('startTitle', { count: nodes.length, version })}
      description={<span className="break-words">{t('startWhat', { names })}</span>}
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void begin()
        }}
      >
        <Field label={t('rings')} hint={t('ringsHint')} error={sizes === null ? t('ringsWrong') : null}>
          {(input) => <Input {...input} value={rings} onChange={(event) => setRings(event.target.value)} />}
        </Field>
        <Field label={t('pause')}>
          {(input) => (
            <Input
              {...input}
              type="number"
              required
              min={0}
              max={86_400}
              value={pauseS}
              onChange={(event) => setPauseS(event.target.value)}
            />
          )}
        </Field>
        <Field label={t('failures')}>
          {(input) => (
            <Input
              {...input}
              type="number"
              required
              min={0}
              max={10_000}
              value={failures}
              onChange={(event) => setFailures(event.target.value)}
            />
          )}
        </Field>
        {error !== null && (
          <p role="alert" className="text-sm break-words text-bad">
            {error}
          </p>
        )}
        <Button type="submit" kind="primary" className="self-end" busy={busy} disabled={sizes === null}>
          {t('begin')}
        </Button>
      </form>
    </Dialog>
  )
}
