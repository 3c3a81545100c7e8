import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import type { User as UserSchema, UserList } from '../../../../contract/auth.ts'
import { client } from '../../../app-state.ts'

export type User = z.infer<typeof UserSchema>
export const usersKey = ['users']
const limit = 1000

/** The people of this monitor, for its admins. */
export const useUsers = (enabled = true) =>
  useQuery({
    queryKey: usersKey,
    queryFn: ({ signal }) => client.get<typeof UserList>('/api/v1/auth/users', { limit }, signal),
    enabled,
  })
