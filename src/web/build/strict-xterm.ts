import type { Plugin } from 'vite'

const nonce = `{nonce:document.querySelector("meta[property=csp-nonce]")?.nonce??""}`
/** What xterm.js writes in a way that our Content-Security-Policy forbids, and what it may write instead. */
const changes = [
  {
    what: 'style elements, which need the nonce of the page',
    found: /([\w.]+)\.createElement\("style"\)/g,
    instead: `Object.assign($1.createElement("style"),${nonce})`,
    times: 3,
  },
  {
    what: 'true colours and underlines, as an attribute instead of through the object model',
    found: /(\w+)\.setAttribute\("style",(`[^`]*`)\)/g,
    instead: '$1.style.cssText=$2',
    times: 1,
  },
]

/** Makes xterm.js keep the policy of the dashboard. A version that writes otherwise fails the build: then look again. */
export function strictXterm(): Plugin {
  return {
    name: 'strict-xterm',
    apply: 'build',
    transform: {
      filter: { id: /@xterm\/xterm\/lib\/xterm\.mjs$/ },
      handler(code) {
        let strict = code
        for (const { what, found, instead, times } of changes) {
          const seen = strict.match(found)?.length ?? 0
          if (seen !== times) throw new Error(`xterm.js writes ${what}, in ${seen} places and not in ${times}`)
          strict = strict.replace(found, instead)
        }
        return { code: strict, map: null }
      },
    },
  }
}
