import { AppError, conflict } from '../../../contract/errors.ts'

const refused = (reason: string, zh: string, en: string, details: Record<string, unknown> = {}) =>
  new AppError({ code: 'UPGRADE_REFUSED', status: 422, text: { zh, en }, details: { reason, ...details } })

export const notUpgradable = () =>
  conflict(
    '该节点从源码运行，或启动时没有 upgrade 能力，无法远程升级；请在节点上用软件包安装（npm install cortex-<版本>.tgz），授予 upgrade 能力后用 cortex start 启动',
    'this node runs from a checkout, or was started without the capability upgrade, and cannot be upgraded from afar: install the package on it (npm install cortex-<version>.tgz), grant upgrade and start it by cortex start',
    { details: { reason: 'not_supervised' } },
  )
export const upgradeUnderWay = () =>
  conflict('该节点正在升级', 'this node is being upgraded', { details: { reason: 'under_way' } })
export const sameVersion = (version: string) =>
  conflict(`该节点已是 ${version}`, `this node runs ${version} already`, { details: { reason: 'up_to_date' } })
export const wouldDowngrade = (from: string, to: string) =>
  conflict(
    `${to} 比正在运行的 ${from} 旧；确需降级请设置 allow_downgrade`,
    `${to} is older than ${from}, which runs here: ask with allow_downgrade if that is meant`,
    { details: { reason: 'downgrade', from, to } },
  )
export const wrongSize = (expected: number, received: number) =>
  refused(
    'size',
    `软件包不完整：应为 ${expected} 字节，收到 ${received}`,
    `the package is not complete: ${received} bytes came instead of ${expected}`,
  )
export const wrongChecksum = (expected: string, actual: string) =>
  refused('checksum', '软件包的 SHA-256 不符', 'the SHA-256 of the package is not the announced one', {
    expected,
    actual,
  })
export const noPublicKey = () =>
  refused(
    'no_public_key',
    '该节点未配置 releases.public_key，无法校验签名；请在节点上设置',
    'this node has no releases.public_key and cannot check the signature: set it on the node',
  )
export const unsigned = () =>
  refused('unsigned', '软件包没有签名，该节点不接受', 'the package has no signature, and this node takes none without')
export const wrongSignature = () =>
  refused(
    'signature',
    '软件包的签名与该节点的 releases.public_key 不符',
    "the signature of the package is not by the key that this node's releases.public_key names",
  )
export const badPackage = (zh: string, en: string) =>
  refused('package', `软件包无效：${zh}`, `not a package of this program: ${en}`)
export const needsInstall = (en: string) =>
  refused(
    'dependencies',
    `该版本需要其他版本的依赖（${en}），无法并排安装；请在节点上用 npm install 安装`,
    `this version needs other packages beside it (${en}): install it on the node by npm install`,
  )
