const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const length = 20

/** A password that nobody can guess: 20 letters of 64, 120 bits. `random` fills with random bytes, also on plain http. */
export function newPassword(random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array): string {
  return [...random(new Uint8Array(length))].map((byte) => letters[byte % letters.length]).join('')
}
