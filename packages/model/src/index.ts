export type { WireAlert, WireDecision, WireDecisionStream, WireEvent, WireMeta, WireSource } from './alert.ts'
export { type Clock, systemClock } from './clock.ts'
export {
  formatDuration,
  formatDurationSeconds,
  parseDuration,
  parseDurationMs,
  parseGoDuration,
} from './duration.ts'
export {
  type ErrorDetails,
  formatError,
  formatWhere,
  nearestName,
  TocsinError,
  TocsinErrors,
  type Where,
} from './error.ts'
export {
  addressBits,
  type Cidr,
  cidrContains,
  cidrCovers,
  compareIp,
  formatCidr,
  formatIp,
  type Ip,
  ipFromBytes,
  ipToBytes,
  isLoopback,
  lastIp,
  maskIp,
  parseCidr,
  parseIp,
  parseIpOrCidr,
  unmapIp,
} from './ip.ts'
export { type Logger, silentLogger } from './logger.ts'
export { normalizeScope, type Scope } from './scope.ts'
