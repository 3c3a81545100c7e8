import { useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useMay } from '../../live/use-live.ts'
import { type Section, sectionsFor } from './sections.ts'

/** The sections of the settings that this person may see. */
export function useMySections(): Section[] {
  const mayOperate = useMay('operate')
  const mayAdminister = useMay('administer')
  return useMemo(
    () =>
      sectionsFor((permission) =>
        permission === 'read' ? true : permission === 'operate' ? mayOperate : mayAdminister,
      ),
    [mayOperate, mayAdminister],
  )
}

/** The section in the address, if this person may see it; null outside of the settings. */
export function useSections(): { id: string; sections: Section[]; section: Section | undefined } | null {
  const { section: id } = useParams({ strict: false }) as { section?: string }
  const sections = useMySections()
  return id === undefined ? null : { id, sections, section: sections.find((each) => each.id === id) }
}
