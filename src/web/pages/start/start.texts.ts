import { defineTexts } from '../../i18n/define-texts.ts'

export const startTexts = defineTexts({
  zh: {
    title: '添加主机',
    intro: '在要监控的主机上安装本程序，然后在程序目录执行：',
    start: '再启动它：',
    after: '主机上线后几秒内会出现在左侧的节点树中，无需刷新。',
    secret: '命令中含有注册令牌，持有者可以加入节点：请勿公开。',
    joined: '已加入的节点',
    none: '暂无其他节点，正在等待第一台主机…',
    notAllowed: '只有管理员能查看加入命令。',
  },
  en: {
    title: 'Add a host',
    intro: 'Install the program on the host to be watched, then run in its folder:',
    start: 'and start it:',
    after: 'The host appears in the tree on the left within seconds, without a reload.',
    secret: 'The command holds the registration token; whoever has it can join nodes: do not make it public.',
    joined: 'Nodes that have joined',
    none: 'No other node yet, waiting for the first host…',
    notAllowed: 'Only an administrator may see the join command.',
  },
})
