import { createHash } from 'node:crypto'

const style =
  'body{font:15px/1.6 system-ui,sans-serif;max-width:44rem;margin:12vh auto;padding:0 1.5rem;color:#1c2530;background:#fff}' +
  'code{background:#eef1f5;padding:.1em .4em;border-radius:4px}' +
  '@media(prefers-color-scheme:dark){body{color:#dfe5ec;background:#12171d}code{background:#232b35}}'
const styleHash = createHash('sha256').update(style).digest('base64')

/** For pages made of text alone: no script at all, and no style but that of the page. */
export const plainPagePolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

/** A page of a title and paragraphs; all of it is text, `code` in backquotes. */
export function plainPage(title: string, paragraphs: readonly string[]): string {
  const body = paragraphs.map((text) => `<p>${escapeHtml(text).replaceAll(/`([^`]+)`/g, '<code>$1</code>')}</p>`)
  return `<!doctype html>
<html lang="zh">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,"><style>${style}</style></head>
<body><h1>${escapeHtml(title)}</h1>${body.join('\n')}</body>
</html>
`
}

function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
