import type { z } from 'zod'
import type { Settings } from '../../../../contract/better-monitor/settings.ts'

export type Site = z.infer<typeof Settings>
/** The form as typed: numbers are texts until they are sent. */
export type SiteDraft = { [Key in keyof Site]: Site[Key] extends number ? string : Site[Key] }

/** As `Settings` of the contract has them. */
export const numberLimits = {
  data_retention_days: { min: 1, max: 3650, whole: true },
  monitor_interval_s: { min: 1, max: 3600, whole: false },
  max_servers: { min: 1, max: 1_000_000, whole: true },
} as const
export type NumberField = keyof typeof numberLimits
const numberFields = Object.keys(numberLimits) as NumberField[]

export const draftOf = (site: Site): SiteDraft => ({
  ...site,
  max_servers: String(site.max_servers),
  data_retention_days: String(site.data_retention_days),
  monitor_interval_s: String(site.monitor_interval_s),
})

/** The number that was typed; null when it is none that is allowed. */
export function numberOf(field: NumberField, text: string): number | null {
  const { min, max, whole } = numberLimits[field]
  const value = text.trim() === '' ? Number.NaN : Number(text)
  return value >= min && value <= max && (!whole || Number.isInteger(value)) ? value : null
}

/** Whether something typed cannot be sent; what was not touched can stay, whatever a config has put there. */
export const isWrong = (site: Site, draft: SiteDraft, field: NumberField) =>
  draft[field] !== draftOf(site)[field] && numberOf(field, draft[field]) === null

/** What differs from what is kept; null when something typed is wrong. */
export function changeOf(site: Site, draft: SiteDraft): Partial<Site> | null {
  const site_title = draft.site_title.trim()
  if (site_title === '' || numberFields.some((field) => isWrong(site, draft, field))) return null
  const next: Site = {
    ...draft,
    site_title,
    data_retention_days: Number(draft.data_retention_days),
    monitor_interval_s: Number(draft.monitor_interval_s),
    max_servers: Number(draft.max_servers),
  }
  return Object.fromEntries(Object.entries(next).filter(([key, value]) => site[key as keyof Site] !== value))
}

/** What a change does that cannot be undone, or opens to strangers: asked before it is made. */
export function consequencesOf(site: Site, change: Partial<Site>): Array<'willDelete' | 'willShow' | 'willRegister'> {
  const days = change.data_retention_days
  return [
    ...(days !== undefined && days < site.data_retention_days ? (['willDelete'] as const) : []),
    ...(change.public_view ? (['willShow'] as const) : []),
    ...(change.allow_registration ? (['willRegister'] as const) : []),
  ]
}
