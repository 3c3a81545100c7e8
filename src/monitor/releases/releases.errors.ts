import { notFound, serviceUnavailable } from '../../contract/errors.ts'

export const noFeed = () =>
  serviceUnavailable(
    '未配置发布源；请在本监控节点设置 releases.feed（地址或文件夹）',
    'no release feed is configured: set releases.feed (an address or a folder) on this monitor',
    { details: { reason: 'no_feed', key: 'releases.feed' } },
  )
export const feedUnreadable = (why: string, cause?: unknown) =>
  serviceUnavailable(`发布源无法读取：${why}`, `the release feed cannot be read: ${why}`, {
    details: { reason: 'feed_unreadable' },
    cause,
  })
export const noRelease = (channel: string) =>
  notFound(`发布源的 ${channel} 渠道没有版本`, `the feed has no release in the channel ${channel}`)
export const noSuchRelease = (version: string, known: readonly string[]) =>
  notFound(`发布源中没有版本 ${version}`, `the feed has no release ${version} in that channel`, {
    details: { version, known: known.slice(0, 20) },
  })
export const noPackage = (version: string) =>
  notFound(
    `版本 ${version} 没有可安装的 cortex-${version}.tgz`,
    `release ${version} has no cortex-${version}.tgz to install`,
  )
export const wrongBytes = (name: string) =>
  serviceUnavailable(
    `${name} 的 SHA-256 与发布源不符，已丢弃`,
    `${name} does not have the SHA-256 that the feed announces: it was thrown away`,
    { details: { reason: 'checksum', name } },
  )
