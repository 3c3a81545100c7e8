import { absent, type Change, type FileState } from '../changing/file-state.ts'
import { editOnHost } from '../nginx.errors.ts'
import type { NginxCore } from '../nginx-core.ts'
import { serverBlocks } from '../reading/server-blocks.ts'
import { ENABLED, placesOf } from '../sites/layout.ts'
import type { Proof } from './acme.ts'
import { blocksAnswering, challengeSnippet, hasSnippet, withoutSnippets } from './challenge-snippet.ts'
import { type TextEdit, withEdits } from './text-edits.ts'

/** Answers http-01 through the host's nginx for as long as it is asked. */
export interface HttpChallenge {
  put(proofs: readonly Proof[]): Promise<void>
  /** Takes out whatever challenges stand in the configuration, whoever changed it meanwhile. */
  remove(): Promise<void>
}

const OWN_SITE = 'cortex-acme'

export function createHttpChallenge(core: NginxCore, httpPort: number): HttpChallenge {
  const { files } = core

  async function insertion(proofs: readonly Proof[]): Promise<Change> {
    const effective = await files.effective()
    const blocks = serverBlocks(effective.directives)
    const edits = new Map<string, TextEdit[]>()
    const answersOf = (domains: readonly Proof[]): string =>
      challengeSnippet(domains.map(({ token, value }) => ({ token, keyAuthorization: value })))
    const unserved: Proof[] = []
    const answered = new Map<string, { file: string; at: number; proofs: Proof[] }>()
    for (const proof of proofs) {
      const answering = blocksAnswering(blocks, proof.domain, httpPort)
      if (answering.length === 0) unserved.push(proof)
      for (const { directive } of answering) {
        const place = `${directive.file}:${directive.start}`
        const known = answered.get(place)
        if (known) known.proofs.push(proof)
        else answered.set(place, { file: directive.file, at: directive.bodyStart ?? directive.end, proofs: [proof] })
      }
    }
    for (const { file, at, proofs: shown } of answered.values()) {
      const edit = { start: at, end: at, text: answersOf(shown) }
      edits.set(file, [...(edits.get(file) ?? []), edit])
    }
    const change: Change = new Map()
    for (const [path, made] of edits) {
      const name = await files.located(path)
      if (name === null) throw editOnHost(proofs[0]?.domain ?? '', path)
      const text = withEdits(effective.files.get(path) ?? '', made)
      change.set(name, { kind: 'file', content: Buffer.from(text, 'latin1') })
    }
    if (unserved.length > 0) change.set(await ownSite(), siteFor(unserved, answersOf(unserved)))
    return change
  }

  /** Where a site of our own goes when nothing listens on the port yet. */
  async function ownSite(): Promise<string> {
    const layout = (await files.layout()) ?? { kind: 'conf.d', ending: '.conf' }
    return layout.kind === 'sites' ? `${ENABLED}/${OWN_SITE}${layout.ending}` : placesOf(layout, OWN_SITE).file
  }

  function siteFor(proofs: readonly Proof[], snippet: string): FileState {
    const names = proofs.map(({ domain }) => domain).join(' ')
    const text = `server {${snippet}    listen ${httpPort};\n    server_name ${names};\n    return 404;\n}\n`
    return { kind: 'file', content: Buffer.from(text) }
  }

  async function removal(): Promise<Change> {
    const change: Change = new Map()
    for (const [path, text] of (await files.effective()).files) {
      if (!hasSnippet(text)) continue
      const own = await ownSite()
      const name = await files.located(path)
      if (name === null) continue
      const clean: FileState = { kind: 'file', content: Buffer.from(withoutSnippets(text), 'latin1') }
      change.set(name, name === own ? absent : clean)
    }
    return change
  }

  return {
    put: async (proofs) => void (await core.change(() => insertion(proofs), { keep: false })),
    remove: async () => void (await core.change(removal, { keep: false })),
  }
}
