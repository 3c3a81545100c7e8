import { type ComponentProps, useState } from 'react'
import { useTexts } from '../../i18n/language.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { ConfigEditor } from './config-editor.tsx'
import { nginxTexts } from './nginx.texts.ts'
import { Versions } from './versions.tsx'

/** One configuration: its text, and its versions. */
export function EditOrVersions({
  agentId,
  site,
  ...editor
}: ComponentProps<typeof ConfigEditor> & { agentId: string; site: string | undefined }) {
  const t = useTexts(nginxTexts)
  const [view, setView] = useState<'edit' | 'versions'>('edit')
  return (
    <Tabs
      label={editor.path}
      value={view}
      onChoose={setView}
      tabs={[
        { id: 'edit', label: t('edit'), keep: true, content: () => <ConfigEditor {...editor} /> },
        { id: 'versions', label: t('versions'), content: () => <Versions agentId={agentId} site={site} /> },
      ]}
    />
  )
}
