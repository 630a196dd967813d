const sshUser = '%{USERNAME:sshd_invalid_user}'
const sshPeer = '%{IP:sshd_client_ip} port %{NUMBER:sshd_port}'

/** What single services say when somebody fails to get in: OpenSSH, Samba, Cowrie, and tcpdump's view of a packet. */
export const servicePatterns = {
  SSHD_FAIL: `Failed %{WORD:sshd_auth_type} for ${sshUser} from ${sshPeer} %{WORD:sshd_protocol}`,
  SSHD_USER_FAIL: `Failed password for invalid user ${sshUser} from ${sshPeer} %{WORD:sshd_protocol}`,
  SSHD_DISC_PREAUTH: String.raw`Disconnected from ${sshPeer}\s*(?:\[%{GREEDYDATA:sshd_privsep}\]|)`,
  SSHD_BAD_VERSION: "Bad protocol version identification '%{GREEDYDATA}' from %{IP:sshd_client_ip}",
  SMB_AUTH_FAIL: [
    String.raw`Auth:%{GREEDYDATA} user \[%{DATA:smb_domain}\]\\\[%{DATA:user}\]%{GREEDYDATA}`,
    String.raw`status \[NT_STATUS_NO_SUCH_USER\]%{GREEDYDATA} remote host \[ipv4:%{IP:ip_source}`,
  ].join(' '),
  COWRIE_NEW_CO: [
    String.raw`New connection: %{IPV4:source_ip}:[0-9]+ \(%{IPV4:dest_ip}:%{INT:dest_port}\)`,
    String.raw`\[session: %{DATA:telnet_session}\]$`,
  ].join(' '),
  TCPDUMP_OUTPUT: [
    String.raw`%{GREEDYDATA:timestamp} IP %{IPORHOST:source_ip}\.%{INT:source_port}`,
    String.raw`> %{IPORHOST:dest_ip}\.%{INT:dest_port}: Flags \[%{GREEDYDATA:tcpflags}\], seq`,
  ].join(' '),
}
