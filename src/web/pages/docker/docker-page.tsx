import { useTexts } from '../../i18n/language.tsx'
import { useAddress } from '../../routes/address.ts'
import type { PageProps } from '../../routes/tabs.ts'
import { Tabs } from '../../ui/tabs.tsx'
import { Composes } from './composes.tsx'
import { Containers } from './containers.tsx'
import { dockerTexts } from './docker.texts.ts'
import { Images } from './images.tsx'

const views = ['containers', 'images', 'compose'] as const

/** Containers, images and compose projects of a host; which of them is in the address. */
export function DockerPage({ agentId }: PageProps) {
  const t = useTexts(dockerTexts)
  const id = agentId ?? ''
  const [search, change] = useAddress()
  const view = views.find((name) => name === search['view']) ?? 'containers'
  const content = {
    containers: () => <Containers agentId={id} />,
    images: () => <Images agentId={id} />,
    compose: () => <Composes agentId={id} />,
  }
  return (
    <Tabs
      label={t('docker')}
      value={view}
      tabs={views.map((name) => ({ id: name, label: t(name), content: content[name] }))}
      onChoose={(next) => change({ view: next === 'containers' ? null : next, q: null, container: null, job: null })}
    />
  )
}
