import { useTexts } from '../../i18n/language.tsx'
import { noticeReasons } from './notice-reasons.texts.ts'

const suffix = '_too_often'

/** Says in the person's language why a notice was not sent; a word that is not ours stays as it is. */
export function useNoticeReason(): (reason: string) => string {
  const t = useTexts(noticeReasons)
  const known = (word: string) =>
    Object.hasOwn(noticeReasons.en, word) ? t(word as keyof typeof noticeReasons.en) : word
  return (reason) =>
    reason.endsWith(suffix) ? t('too_often', { reason: known(reason.slice(0, -suffix.length)) }) : known(reason)
}
