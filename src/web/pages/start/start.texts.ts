import { defineTexts } from '../../i18n/define-texts.ts'

export const startTexts = defineTexts({
  zh: {
    title: '添加主机',
    joined: '已加入的节点',
    none: '暂无其他节点，正在等待第一台主机…',
    notAllowed: '只有管理员能查看加入命令。',
  },
  en: {
    title: 'Add a host',
    joined: 'Nodes that have joined',
    none: 'No other node yet, waiting for the first host…',
    notAllowed: 'Only an administrator may see the join command.',
  },
})
