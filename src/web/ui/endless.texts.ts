import { defineTexts } from '../i18n/define-texts.ts'

export const endlessTexts = defineTexts({
  zh: {
    newRows: '{count} 条新记录',
    shown: '{shown} / {total} 条',
    more: '加载更多…',
    olderFailed: '更早的记录加载失败：{reason}',
  },
  en: {
    newRows: '{count} new',
    shown: '{shown} of {total}',
    more: 'Loading more…',
    olderFailed: 'Earlier ones could not be loaded: {reason}',
  },
})
