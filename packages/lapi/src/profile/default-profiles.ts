import { type ProfileSpec, loadProfiles } from './schema.ts'

const source = `
name: default_ip_remediation
filters:
  - Alert.Remediation == true && Alert.GetScope() == "Ip"
decisions:
  - type: ban
    duration: 4h
on_success: break
---
name: default_range_remediation
filters:
  - Alert.Remediation == true && Alert.GetScope() == "Range"
decisions:
  - type: ban
    duration: 4h
on_success: break
`

/** What is decided where the owner names no profiles: four hours for an address or a range that asks for it. */
export function defaultProfiles(): ProfileSpec[] {
  return loadProfiles(source, 'default profiles')
}
