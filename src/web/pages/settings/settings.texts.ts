import { defineTexts } from '../../i18n/define-texts.ts'

/** Words that several sections of the settings use. */
export const settingsTexts = defineTexts({
  zh: {
    save: '保存',
    create: '创建',
    cancel: '取消',
    name: '名称',
    search: '搜索',
    actions: '操作',
    onlyOnce: '仅显示这一次，请立即复制并妥善保存。',
    closeWarning: '关闭后无法再次查看。确认已经保存，再点一次关闭。',
    saved: '我已保存，关闭',
    optional: '可不填',
    nobody: '无人',
    noChange: '没有改动',
    tooMany: '仅显示前 {shown} 条，共 {total} 条',
  },
  en: {
    save: 'Save',
    create: 'Create',
    cancel: 'Cancel',
    name: 'Name',
    search: 'Search',
    actions: 'Actions',
    onlyOnce: 'It is shown this once: copy it now and keep it safe.',
    closeWarning: 'It cannot be seen again once this is closed. If you have it, close once more.',
    saved: 'I have it, close',
    optional: 'may be empty',
    nobody: 'nobody',
    noChange: 'nothing was changed',
    tooMany: 'the first {shown} of {total} are shown',
  },
})
