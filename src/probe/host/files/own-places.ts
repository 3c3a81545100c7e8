import type { BigIntStats } from 'node:fs'
import { realpath, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { errnoOf } from './os-refusal.ts'

type Identity = Pick<BigIntStats, 'dev' | 'ino'>

/** Where the node keeps its keys, its log and its config: by identity, under whatever name somebody comes. */
export interface OwnPlaces {
  /** The place itself: neither read nor written nor entered. */
  has(place: Identity): boolean
  /** The place or a folder above it: stays where it is. */
  restOn(place: Identity): boolean
}

const keyOf = (place: Identity): string => `${place.dev}:${place.ino}`

/** Looks where the node's own files and folders are now. What does not exist is left out. */
export async function findOwnPlaces(paths: readonly string[]): Promise<OwnPlaces> {
  const own = new Set<string>()
  const above = new Set<string>()
  for (const path of paths) {
    try {
      let place = await realpath(path)
      own.add(keyOf(await stat(place, { bigint: true })))
      while (place !== '/') {
        place = dirname(place)
        above.add(keyOf(await stat(place, { bigint: true })))
      }
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error
    }
  }
  return {
    has: (place) => own.has(keyOf(place)),
    restOn: (place) => own.has(keyOf(place)) || above.has(keyOf(place)),
  }
}
