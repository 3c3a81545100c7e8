import { z } from 'zod'

/** Settings of the site that people change while it runs (spec: 系统设置接口; rulings: settings). */
export const Settings = z
  .object({
    site_title: z.string().min(1).max(256),
    site_description: z.string().max(4096),
    max_servers: z.number().int().min(1).max(1_000_000),
    data_retention_days: z.number().int().min(1).max(3650),
    monitor_interval_s: z.number().min(1).max(3600),
    allow_registration: z.boolean(),
    public_view: z.boolean(),
  })
  .meta({ id: 'Settings' })
export type Settings = z.infer<typeof Settings>

/** Body of `POST /api/settings`; what is absent stays. A misspelt setting must not look like a change that was made. */
export const SettingsChange = z.strictObject(Settings.shape).partial().meta({ id: 'SettingsChange' })

/** What everybody may know. */
export const PublicSettings = Settings.pick({ site_title: true, site_description: true, public_view: true }).meta({
  id: 'PublicSettings',
})

/** What a probe needs. */
export const AgentSettings = Settings.pick({ monitor_interval_s: true, data_retention_days: true }).meta({
  id: 'AgentSettings',
})
