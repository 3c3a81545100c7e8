import { GrantedCapabilities } from '../../../contract/operations/capabilities.ts'
import { looking } from '../host-call.ts'

export const hostCapabilities = () => looking('host.capabilities', {}, GrantedCapabilities)
