/**
 * The nonce of this page, for libraries that make style elements in the browser. Empty when the page came without one
 * (`vite` in development): then no policy asks for it.
 */
export function cspNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
}
