import { defineTexts } from '../../i18n/define-texts.ts'

/** Words that all pages of one host share. */
export const hostTexts = defineTexts({
  zh: {
    offline: '主机不在线',
    offlineHint: '节点重新连上后会自动显示，无需刷新。',
    slow: '主机没有及时应答',
    notFresh: '自 {since} 起未能刷新，以下为当时的数据：{reason}',
    updated: '更新于',
    pause: '暂停刷新',
    resume: '继续刷新',
    filter: '筛选',
    noMatch: '没有匹配的条目',
    clear: '清除筛选',
    actions: '操作',
    actionsOf: '操作：{name}',
    truncated: '内容过多，只显示了一部分',
    jobStarted: '任务已开始：{what}',
  },
  en: {
    offline: 'The host is offline',
    offlineHint: 'It is shown by itself once the node is connected again.',
    slow: 'The host did not answer in time',
    notFresh: 'Not refreshed since {since}; what is shown is from then: {reason}',
    updated: 'read',
    pause: 'Pause',
    resume: 'Resume',
    filter: 'Filter',
    noMatch: 'Nothing fits',
    clear: 'Clear the filter',
    actions: 'Actions',
    actionsOf: 'Actions: {name}',
    truncated: 'Too much for one answer: only a part is shown',
    jobStarted: 'Job begun: {what}',
  },
})
