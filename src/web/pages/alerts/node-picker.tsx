import { useId, useMemo, useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { useNodes } from '../../live/use-live.ts'
import { matches } from '../../shell/matches.ts'
import { Field, Input } from '../../ui/field.tsx'
import { silencesTexts } from './silences.texts.ts'

const offered = 50

/** Names one node by its agent_id, or none (null). What is no node is said at once and gives undefined. */
export function NodePicker({
  label,
  hint,
  value,
  onChoose,
}: {
  label: string
  hint: string
  value: string | null
  onChoose: (agentId: string | null | undefined) => void
}) {
  const t = useTexts(silencesTexts)
  const { nodes } = useNodes()
  const [typed, setTyped] = useState(value ?? '')
  const list = useId()
  const isWrong = typed !== '' && !nodes.has(typed)
  const fitting = useMemo(() => {
    const found = []
    for (const node of nodes.values()) {
      if (!matches(typed, `${node.name} ${node.agent_id}`)) continue
      found.push(node)
      if (found.length === offered) break
    }
    return found
  }, [nodes, typed])

  return (
    <Field label={label} hint={hint} error={isWrong ? t('unknownNode') : null}>
      {(input) => (
        <>
          <Input
            {...input}
            list={list}
            placeholder={t('allNodes')}
            value={typed}
            onChange={(event) => {
              const next = event.target.value.trim()
              setTyped(next)
              onChoose(next === '' ? null : nodes.has(next) ? next : undefined)
            }}
          />
          <datalist id={list}>
            {fitting.map(({ agent_id, name }) => (
              <option key={agent_id} value={agent_id}>
                {name}
              </option>
            ))}
          </datalist>
        </>
      )}
    </Field>
  )
}
