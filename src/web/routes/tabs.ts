import type { ComponentType } from 'react'
import { lazy } from 'react'
import type { Language } from '../i18n/define-texts.ts'
import type { Permission } from '../live/use-live.ts'

/** `tree`: everything this monitor sees. `region`: a monitor below with its subtree. `node`: one host. */
export type ScopeKind = 'tree' | 'region' | 'node'

/** What a page is given: whose page it is. Null: the whole tree. */
export interface PageProps {
  agentId: string | null
}

export interface Tab {
  /** As it stands in the address. */
  id: string
  title: Readonly<Record<Language, string>>
  scopes: readonly ScopeKind[]
  /** Who may not do this does not see the tab. */
  needs?: Permission
  /** Fetches the page's script; the browser does so once. */
  load: () => Promise<ComponentType<PageProps>>
  page: ComponentType<PageProps>
}

/** Every tab of every scope, in the order shown. A new page is its file and one line here. */
const listed: ReadonlyArray<Omit<Tab, 'page'>> = [
  {
    id: 'overview',
    title: { zh: '总览', en: 'Overview' },
    scopes: ['tree', 'region'],
    load: async () => (await import('../pages/overview/overview-page.tsx')).OverviewPage,
  },
  {
    id: 'nodes',
    title: { zh: '节点', en: 'Nodes' },
    scopes: ['tree', 'region'],
    load: async () => (await import('../pages/nodes/nodes-page.tsx')).NodesPage,
  },
  {
    id: 'node',
    title: { zh: '概况', en: 'Node' },
    scopes: ['node', 'region'],
    load: async () => (await import('../pages/node/node-page.tsx')).NodePage,
  },
  {
    id: 'metrics',
    title: { zh: '指标', en: 'Metrics' },
    scopes: ['node', 'region'],
    load: async () => (await import('../pages/metrics/metrics-page.tsx')).MetricsPage,
  },
  {
    id: 'terminal',
    title: { zh: '终端', en: 'Terminal' },
    scopes: ['node', 'region'],
    needs: 'operate',
    load: async () => (await import('../pages/terminal/terminal-page.tsx')).TerminalPage,
  },
  {
    id: 'files',
    title: { zh: '文件', en: 'Files' },
    scopes: ['node', 'region'],
    needs: 'operate',
    load: async () => (await import('../pages/files/files-page.tsx')).FilesPage,
  },
  {
    id: 'processes',
    title: { zh: '进程', en: 'Processes' },
    scopes: ['node', 'region'],
    load: async () => (await import('../pages/processes/processes-page.tsx')).ProcessesPage,
  },
  {
    id: 'docker',
    title: { zh: 'Docker', en: 'Docker' },
    scopes: ['node', 'region'],
    load: async () => (await import('../pages/docker/docker-page.tsx')).DockerPage,
  },
  {
    id: 'nginx',
    title: { zh: 'Nginx', en: 'Nginx' },
    scopes: ['node', 'region'],
    load: async () => (await import('../pages/nginx/nginx-page.tsx')).NginxPage,
  },
  {
    id: 'jobs',
    title: { zh: '任务', en: 'Jobs' },
    scopes: ['node', 'region'],
    load: async () => (await import('../pages/jobs/jobs-page.tsx')).JobsPage,
  },
  {
    id: 'upgrade',
    title: { zh: '升级', en: 'Upgrade' },
    scopes: ['tree', 'region', 'node'],
    load: async () => (await import('../pages/upgrade/upgrade-page.tsx')).UpgradePage,
  },
  {
    id: 'alerts',
    title: { zh: '告警', en: 'Alerts' },
    scopes: ['tree', 'region', 'node'],
    load: async () => (await import('../pages/alerts/alerts-page.tsx')).AlertsPage,
  },
  {
    id: 'decisions',
    title: { zh: '决策', en: 'Decisions' },
    scopes: ['tree', 'region', 'node'],
    load: async () => (await import('../pages/decisions/decisions-page.tsx')).DecisionsPage,
  },
  {
    id: 'timeline',
    title: { zh: '时间线', en: 'Timeline' },
    scopes: ['tree', 'region', 'node'],
    load: async () => (await import('../pages/timeline/timeline-page.tsx')).TimelinePage,
  },
  {
    id: 'audit',
    title: { zh: '审计', en: 'Audit' },
    scopes: ['tree', 'region', 'node'],
    needs: 'administer',
    load: async () => (await import('../pages/audit/audit-page.tsx')).AuditPage,
  },
]

/** A page is loaded when it is first opened. */
const tabs: readonly Tab[] = listed.map((tab) => ({ ...tab, page: lazy(async () => ({ default: await tab.load() })) }))

/**
 * Fetches what the page at an address will need, before it is known whose page it is: a link that the pointer rests on, and
 * the first page of all, while the session, the nodes and the frame around it are still on their way.
 */
export function fetchPage({ agentId, tab = 'overview' }: { agentId?: string; tab?: string }): void {
  const wanted = agentId !== undefined && tab === 'overview' ? ['overview', 'node'] : [tab]
  // One that does not come is asked for again when it is opened, and says so there.
  for (const { id, load } of listed) if (wanted.includes(id)) load().catch(() => {})
}

/** The tabs of a scope that this person may see. */
export const tabsOf = (scope: ScopeKind, may: (permission: Permission) => boolean): Tab[] =>
  tabs.filter((tab) => tab.scopes.includes(scope) && (tab.needs === undefined || may(tab.needs)))
