/** A pattern of `like` for texts in which this one occurs, whatever signs are in it. */
export const occursIn = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
