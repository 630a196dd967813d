export { Daemon, type DaemonOptions, freePort, until } from './daemon.ts'
export { type Deviation, readDeviations, unexcused } from './deviations.ts'
export {
  describeNeeding,
  type Need,
  needNetworkNamespaces,
  needProgram,
  needShared,
  sharedFolder,
} from './need.ts'
export { TestNetwork } from './network.ts'
