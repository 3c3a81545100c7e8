import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { session } from '../app-state.ts'
import { Shell } from '../shell/shell.tsx'
import { ScopePage } from '../shell/scope-page.tsx'
import { BrokenPage, NoSuchPage } from '../shell/no-page.tsx'
import type { Search } from './address.ts'
import { fetchPage } from './tabs.ts'

const root = createRootRoute({ component: Outlet, validateSearch: textsOnly })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('../pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
})
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad({ location }) {
    if (session.current()) return
    redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href }, throw: true })
  },
  component: Shell,
})
const under = <Path extends string>(path: Path) =>
  createRoute({
    getParentRoute: () => shell,
    path,
    component: ScopePage,
    loader: ({ params }) => fetchPage(params),
  })
const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad({ search }) {
    redirect({ to: '/overview', search, throw: true })
  },
})
const start = createRoute({
  getParentRoute: () => shell,
  path: '/start',
  component: lazyRouteComponent(() => import('../pages/start/start-page.tsx'), 'StartPage'),
})

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  beforeLoad() {
    redirect({ to: '/settings/$section', params: { section: 'monitor' }, throw: true })
  },
})
const settingsSection = createRoute({
  getParentRoute: () => shell,
  path: '/settings/$section',
  component: lazyRouteComponent(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
})
const publicView = createRoute({
  getParentRoute: () => root,
  path: '/public',
  component: lazyRouteComponent(() => import('../pages/public/public-page.tsx'), 'PublicPage'),
})

/** The addresses of the dashboard. Pages of a scope are in `tabs.ts`. */
export const router = createRouter({
  routeTree: root.addChildren([
    signIn,
    publicView,
    shell.addChildren([
      home,
      start,
      settings,
      settingsSection,
      under('/$tab'),
      under('/nodes/$agentId'),
      under('/nodes/$agentId/$tab'),
    ]),
  ]),
  defaultNotFoundComponent: NoSuchPage,
  defaultErrorComponent: BrokenPage,
  defaultPreload: 'intent',
  // Plain `?q=web&sort=-name`: links are read and written by people.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch(search) {
    const text = new URLSearchParams(search as Record<string, string>).toString()
    return text === '' ? '' : `?${text}`
  },
})

function textsOnly(search: Record<string, unknown>): Search {
  return Object.fromEntries(
    Object.entries(search).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  )
}
