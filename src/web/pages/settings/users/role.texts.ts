import { defineTexts } from '../../../i18n/define-texts.ts'

/** The roles, and what each may do; as `permissions` on the server has it. */
export const roleTexts = defineTexts({
  zh: {
    admin: '管理员',
    adminMay: '全部权限：用户、密钥、设置、节点的添加与删除，以及操作员的一切。',
    operator: '操作员',
    operatorMay: '操作所有服务器（终端、文件、Docker、nginx 等），处理告警，批准或拒绝决策；不能管理用户、密钥和设置。',
    user: '用户',
    userMay: '与操作员相同，但只限分配给自己的服务器，看不到其他服务器。',
    viewer: '只读',
    viewerMay: '可以查看全部内容，不能做任何操作。',
    title: '各角色权限',
  },
  en: {
    admin: 'Admin',
    adminMay: 'everything: users, keys, settings, adding and deleting nodes, and all that an operator may.',
    operator: 'Operator',
    operatorMay:
      'operates every server (terminal, files, Docker, nginx…), handles alerts, approves and rejects decisions; no users, keys or settings.',
    user: 'User',
    userMay: 'as an operator, on the servers that were given to it alone; sees no others.',
    viewer: 'Viewer',
    viewerMay: 'sees everything, changes nothing.',
    title: 'What each role may do',
  },
})
