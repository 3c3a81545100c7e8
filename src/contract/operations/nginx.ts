import { z } from 'zod'
import { IsoTime } from '../common.ts'

/** Fits into one link body also when every character is escaped. */
const ConfigText = z.string().max(400_000)

/** A file name in nginx's site folders: nothing that a path, a shell or a glob could understand differently. */
export const SiteName = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, 'letters, digits, ".", "_" and "-", starting with a letter, digit or "_"')
  .refine(
    (name) => !/\.(disabled|dpkg-\w+|bak|tmp|swp)$/i.test(name),
    'an ending that nginx folders use for files that are not read',
  )

const HOST = /^(?=.{1,253}$)(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

/** A host name as it stands in a certificate (punycode, lower case), with a leading `*.` for a wildcard. */
export const CertificateDomain = z
  .string()
  .max(253)
  .transform((text) => text.toLowerCase())
  .refine((text) => HOST.test(text), 'a full host name such as www.example.com or *.example.com')

/** The SHA-256 of a content, by which a change made meanwhile is noticed. */
const ConfigEtag = z.string().regex(/^[0-9a-f]{64}$/, 'the etag of an earlier answer')

export const NginxStatus = z
  .object({
    installed: z.boolean(),
    running: z.boolean(),
    version: z.string().nullable(),
    pid: z.number().int().nullable(),
    config_path: z.string().nullable(),
    /** How many sites there are, enabled or not. */
    sites: z.number().int(),
    /** What `nginx -t` says against the present configuration, and whatever else is wrong. */
    errors: z.array(z.string()),
  })
  .meta({ id: 'NginxStatus' })
export type NginxStatus = z.infer<typeof NginxStatus>

export const NginxOutcome = z.object({ success: z.boolean(), output: z.string() }).meta({ id: 'NginxOutcome' })
export type NginxOutcome = z.infer<typeof NginxOutcome>

export const NginxConfig = z
  .object({ path: z.string(), content: z.string(), etag: ConfigEtag })
  .meta({ id: 'NginxConfig' })
export type NginxConfig = z.infer<typeof NginxConfig>

export const WriteNginxConfig = z
  .object({ config: ConfigText.min(1), etag: ConfigEtag.optional() })
  .meta({ id: 'WriteNginxConfig' })
export type WriteNginxConfig = z.infer<typeof WriteNginxConfig>

export const NginxSite = z
  .object({
    name: z.string(),
    enabled: z.boolean(),
    server_names: z.array(z.string()),
    listen: z.array(z.string()),
    ssl: z.boolean(),
    path: z.string(),
  })
  .meta({ id: 'NginxSite' })
export type NginxSite = z.infer<typeof NginxSite>

export const NginxSites = z.object({ sites: z.array(NginxSite) }).meta({ id: 'NginxSites' })
export type NginxSites = z.infer<typeof NginxSites>

export const NginxSiteDetail = z
  .object({ name: z.string(), enabled: z.boolean(), config: z.string(), etag: ConfigEtag, path: z.string() })
  .meta({ id: 'NginxSiteDetail' })
export type NginxSiteDetail = z.infer<typeof NginxSiteDetail>

export const NamedSite = z.object({ name: SiteName })
export type NamedSite = z.infer<typeof NamedSite>

export const CreateNginxSite = z
  .object({ name: SiteName, config: ConfigText.min(1), enabled: z.boolean().default(true) })
  .meta({ id: 'CreateNginxSite' })
export type CreateNginxSite = z.infer<typeof CreateNginxSite>

/** The body of a `PUT`; the name stands in the path. */
export const UpdateNginxSite = WriteNginxConfig.extend({ name: SiteName }).meta({ id: 'UpdateNginxSite' })
export type UpdateNginxSite = z.infer<typeof UpdateNginxSite>

/** Absent: the main configuration. */
export const ListNginxVersions = z.object({ site: SiteName.optional() })
export type ListNginxVersions = z.infer<typeof ListNginxVersions>

export const NginxVersion = z
  .object({
    id: z.number().int(),
    path: z.string(),
    etag: ConfigEtag,
    size: z.number().int(),
    /** Why it was kept: `before` a change (also one made by hand), or `after` one made here. */
    kept: z.enum(['before', 'after']),
    created_at: IsoTime,
  })
  .meta({ id: 'NginxVersion' })
export type NginxVersion = z.infer<typeof NginxVersion>

export const NginxVersions = z.object({ versions: z.array(NginxVersion) }).meta({ id: 'NginxVersions' })
export type NginxVersions = z.infer<typeof NginxVersions>

export const VersionId = z.object({ id: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER) })

export const NginxDiff = z
  .object({
    id: z.number().int(),
    path: z.string(),
    diff: z.string(),
    /** The version and what stands there now, to be shown side by side; absent when they would not fit into an answer. */
    before: z.string().optional(),
    after: z.string().optional(),
  })
  .meta({ id: 'NginxDiff' })
export type NginxDiff = z.infer<typeof NginxDiff>

export const NginxCertificate = z
  .object({
    domain: z.string(),
    /** In date, and made for this name. */
    valid: z.boolean(),
    issuer: z.string(),
    subject: z.string(),
    not_before: IsoTime,
    not_after: IsoTime,
    days_left: z.number().int(),
    san: z.array(z.string()),
    path: z.string(),
  })
  .meta({ id: 'NginxCertificate' })
export type NginxCertificate = z.infer<typeof NginxCertificate>

export const NamedDomain = z.object({ domain: CertificateDomain })
export type NamedDomain = z.infer<typeof NamedDomain>

export const IssueCertificate = z
  .object({
    domain: CertificateDomain,
    email: z.email().max(254),
    challenge: z.enum(['http-01', 'dns-01']).default('http-01'),
    /** ACME directory; absent: the one of the node's config. */
    directory_url: z
      .url({ protocol: /^https$/ })
      .max(2048)
      .optional(),
    /** Further names in the same certificate; absent: those that the present one covers and the site still serves. */
    names: z.array(CertificateDomain).max(50).optional(),
  })
  .meta({ id: 'IssueCertificate' })
export type IssueCertificate = z.infer<typeof IssueCertificate>

export const CertificateJob = z.object({ job_id: z.string() })
