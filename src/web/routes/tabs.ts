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
  page: ComponentType<PageProps>
}

/** A page that is loaded when it is first opened. */
const late = (load: () => Promise<ComponentType<PageProps>>) => lazy(async () => ({ default: await load() }))

/** Every tab of every scope, in the order shown. A new page is its file and one line here. */
const tabs: readonly Tab[] = [
  {
    id: 'overview',
    title: { zh: '总览', en: 'Overview' },
    scopes: ['tree', 'region'],
    page: late(async () => (await import('../pages/overview/overview-page.tsx')).OverviewPage),
  },
  {
    id: 'nodes',
    title: { zh: '节点', en: 'Nodes' },
    scopes: ['tree', 'region'],
    page: late(async () => (await import('../pages/nodes/nodes-page.tsx')).NodesPage),
  },
  {
    id: 'node',
    title: { zh: '概况', en: 'Node' },
    scopes: ['node', 'region'],
    page: late(async () => (await import('../pages/node/node-page.tsx')).NodePage),
  },
  {
    id: 'metrics',
    title: { zh: '指标', en: 'Metrics' },
    scopes: ['node', 'region'],
    page: late(async () => (await import('../pages/metrics/metrics-page.tsx')).MetricsPage),
  },
  {
    id: 'terminal',
    title: { zh: '终端', en: 'Terminal' },
    scopes: ['node', 'region'],
    needs: 'operate',
    page: late(async () => (await import('../pages/terminal/terminal-page.tsx')).TerminalPage),
  },
  {
    id: 'files',
    title: { zh: '文件', en: 'Files' },
    scopes: ['node', 'region'],
    needs: 'operate',
    page: late(async () => (await import('../pages/files/files-page.tsx')).FilesPage),
  },
  {
    id: 'processes',
    title: { zh: '进程', en: 'Processes' },
    scopes: ['node', 'region'],
    page: late(async () => (await import('../pages/processes/processes-page.tsx')).ProcessesPage),
  },
  {
    id: 'docker',
    title: { zh: 'Docker', en: 'Docker' },
    scopes: ['node', 'region'],
    page: late(async () => (await import('../pages/docker/docker-page.tsx')).DockerPage),
  },
  {
    id: 'nginx',
    title: { zh: 'Nginx', en: 'Nginx' },
    scopes: ['node', 'region'],
    page: late(async () => (await import('../pages/nginx/nginx-page.tsx')).NginxPage),
  },
  {
    id: 'jobs',
    title: { zh: '任务', en: 'Jobs' },
    scopes: ['node', 'region'],
    page: late(async () => (await import('../pages/jobs/jobs-page.tsx')).JobsPage),
  },
  {
    id: 'upgrade',
    title: { zh: '升级', en: 'Upgrade' },
    scopes: ['tree', 'region', 'node'],
    page: late(async () => (await import('../pages/upgrade/upgrade-page.tsx')).UpgradePage),
  },
  {
    id: 'alerts',
    title: { zh: '告警', en: 'Alerts' },
    scopes: ['tree', 'region', 'node'],
    page: late(async () => (await import('../pages/alerts/alerts-page.tsx')).AlertsPage),
  },
  {
    id: 'decisions',
    title: { zh: '决策', en: 'Decisions' },
    scopes: ['tree', 'region', 'node'],
    page: late(async () => (await import('../pages/decisions/decisions-page.tsx')).DecisionsPage),
  },
  {
    id: 'timeline',
    title: { zh: '时间线', en: 'Timeline' },
    scopes: ['tree', 'region', 'node'],
    page: late(async () => (await import('../pages/timeline/timeline-page.tsx')).TimelinePage),
  },
  {
    id: 'audit',
    title: { zh: '审计', en: 'Audit' },
    scopes: ['tree', 'region', 'node'],
    needs: 'administer',
    page: late(async () => (await import('../pages/audit/audit-page.tsx')).AuditPage),
  },
]

/** The tabs of a scope that this person may see. */
export const tabsOf = (scope: ScopeKind, may: (permission: Permission) => boolean): Tab[] =>
  tabs.filter((tab) => tab.scopes.includes(scope) && (tab.needs === undefined || may(tab.needs)))
