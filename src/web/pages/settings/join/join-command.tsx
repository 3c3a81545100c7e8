import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { JoinCommand as Joining } from '../../../../contract/cluster.ts'
import { client } from '../../../app-state.ts'
import { useTexts } from '../../../i18n/language.tsx'
import { CopyText } from '../../../ui/copy-text.tsx'
import { Field } from '../../../ui/field.tsx'
import { Loaded } from '../../../ui/states.tsx'
import { Check } from '../../../ui/form.tsx'
import { allowOption, type PlainGrant, plainGrants } from './allow-option.ts'
import { joinTexts } from './join.texts.ts'

const startCommand = 'npm start'
/** Addresses that another host cannot reach. */
const loopback = /^https?:\/\/(localhost|127\.|\[::1\]|0\.0\.0\.0)/

/** The commands by which the next host joins, with what it shall allow. `details` shows address and token apart too. */
export function JoinCommand({ details = false }: { details?: boolean }) {
  const t = useTexts(joinTexts)
  const [plain, setPlain] = useState<ReadonlySet<PlainGrant>>(new Set())
  const [folders, setFolders] = useState('')
  const option = allowOption({ plain, folders })
  const query = useQuery({
    queryKey: ['join'],
    queryFn: ({ signal }) => client.get<typeof Joining>('/api/v1/cluster/join', {}, signal),
    // Each look is in the audit log: one is enough.
    staleTime: Infinity,
  })

  function grant(name: PlainGrant, isGranted: boolean) {
    const next = new Set(plain)
    if (isGranted) next.add(name)
    else next.delete(name)
    setPlain(next)
  }

  return (
    <div className="flex flex-col gap-3 p-4 text-sm">
      <fieldset className="flex flex-col gap-2">
        <legend className="mb-1 font-medium">{t('allow')}</legend>
        <p className="text-xs text-soft">{t('allowHint')}</p>
        <div className="flex flex-wrap gap-x-5 gap-y-2">
          {plainGrants.map((name) => (
            <Check
              key={name}
              label={t(name)}
              checked={plain.has(name)}
              onChange={(event) => grant(name, event.target.checked)}
            />
          ))}
        </div>
        <Field label={t('folders')} hint={t('foldersHint')} error={option === null ? t('foldersWrong') : null}>
          {(input) => (
            <textarea
              {...input}
              rows={2}
              spellCheck={false}
              value={folders}
              onChange={(event) => setFolders(event.target.value)}
              className="rounded-md border border-strong bg-panel px-2.5 py-1.5 font-mono text-xs aria-invalid:border-bad"
            />
          )}
        </Field>
      </fieldset>
      <Loaded query={query} lines={4}>
        {({ command, url, registration_token }) => (
          <>
            {loopback.test(url) && <p className="text-warn">{t('loopback')}</p>}
            <p>{t('install')}</p>
            <CopyText text={command + (option ?? '')} />
            <p>{t('start')}</p>
            <CopyText text={startCommand} />
            <p className="text-soft">{t('after')}</p>
            {details && (
              <>
                <p className="font-medium">{t('address')}</p>
                <CopyText text={url} />
                <p className="font-medium">{t('token')}</p>
                <CopyText text={registration_token} />
              </>
            )}
            <p className="text-warn">{t('secret')}</p>
            {details && <p className="text-soft">{t('change')}</p>}
          </>
        )}
      </Loaded>
    </div>
  )
}
