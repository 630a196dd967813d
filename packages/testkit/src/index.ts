export { describeNeeding, type Need, needNetworkNamespaces, needProgram, needShared, sharedFolder } from './need.ts'
