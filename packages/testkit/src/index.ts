export { Daemon, type DaemonOptions, freePort, until } from './daemon.ts'
export {
  describeNeeding,
  type Need,
  needNetworkNamespaces,
  needProgram,
  needShared,
  sharedFolder,
} from './need.ts'
export { TestNetwork } from './network.ts'
