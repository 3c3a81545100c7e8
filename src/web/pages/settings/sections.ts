import { type ComponentType, lazy } from 'react'
import type { Language } from '../../i18n/define-texts.ts'
import type { Permission } from '../../live/use-live.ts'

export interface Section {
  /** As it stands in the address: `/settings/<id>`. */
  id: string
  title: Readonly<Record<Language, string>>
  /** Who may not do this does not see the section. */
  needs: Permission
  page: ComponentType
}

const late = (load: () => Promise<ComponentType>) => lazy(async () => ({ default: await load() }))

/** The sections of the settings, in the order shown. */
const sections: readonly Section[] = [
  {
    id: 'monitor',
    title: { zh: '本机状态', en: 'This monitor' },
    needs: 'read',
    page: late(async () => (await import('./monitor/monitor-section.tsx')).MonitorSection),
  },
  {
    id: 'join',
    title: { zh: '添加主机', en: 'Add a host' },
    needs: 'administer',
    page: late(async () => (await import('./join/join-section.tsx')).JoinSection),
  },
  {
    id: 'servers',
    title: { zh: '服务器', en: 'Servers' },
    needs: 'operate',
    page: late(async () => (await import('./servers/servers-section.tsx')).ServersSection),
  },
  {
    id: 'keys',
    title: { zh: 'API 密钥', en: 'API keys' },
    needs: 'administer',
    page: late(async () => (await import('./keys/keys-section.tsx')).KeysSection),
  },
  {
    id: 'users',
    title: { zh: '用户', en: 'Users' },
    needs: 'administer',
    page: late(async () => (await import('./users/users-section.tsx')).UsersSection),
  },
  {
    id: 'site',
    title: { zh: '站点', en: 'Site' },
    needs: 'administer',
    page: late(async () => (await import('./site/site-section.tsx')).SiteSection),
  },
  {
    id: 'account',
    title: { zh: '我的账号', en: 'My account' },
    needs: 'read',
    page: late(async () => (await import('./account/account-section.tsx')).AccountSection),
  },
]

/** The sections that this person may see. */
export const sectionsFor = (may: (permission: Permission) => boolean): Section[] =>
  sections.filter(({ needs }) => may(needs))
