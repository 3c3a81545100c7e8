/** The oldest Node that runs TypeScript sources as they are; `package.json` says the same under `engines`. */
export const MIN_NODE_MAJOR = 24
