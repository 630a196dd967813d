/** Logs of web servers and proxies: Apache, nginx, HAProxy, and the Naxsi firewall inside nginx. */
export const webPatterns = {
  HTTPDUSER: '%{EMAILADDRESS}|%{USER}',
  COMMONAPACHELOG: [
    String.raw`%{IPORHOST:clientip} %{HTTPDUSER:ident} %{USER:auth} \[%{HTTPDATE:timestamp}\]`,
    '"(?:%{WORD:verb} %{NOTSPACE:request}(?: HTTP/%{NUMBER:httpversion})?|%{DATA:rawrequest})"',
    '%{NUMBER:response} (?:%{NUMBER:bytes}|-)',
  ].join(' '),
  COMBINEDAPACHELOG: '%{COMMONAPACHELOG} %{QS:referrer} %{QS:agent}',
  HTTPD20_ERRORLOG: [
    String.raw`\[%{HTTPDERROR_DATE:timestamp}\] \[%{LOGLEVEL:loglevel}\] `,
    String.raw`(?:\[client %{IPORHOST:clientip}\] ){0,1}%{GREEDYDATA:errormsg}`,
  ].join(''),
  HTTPD24_ERRORLOG: [
    String.raw`\[%{HTTPDERROR_DATE:timestamp}\] \[%{WORD:module}:%{LOGLEVEL:loglevel}\] `,
    String.raw`\[pid %{POSINT:pid}(:tid %{NUMBER:tid})?\]`,
    String.raw`( \(%{POSINT:proxy_errorcode}\)%{DATA:proxy_errormessage}:)?`,
    String.raw`( \[client %{IPORHOST:client}:%{INT:clientport}\])? %{DATA:errorcode}: %{GREEDYDATA:message}`,
  ].join(''),
  HTTPD_ERRORLOG: '%{HTTPD20_ERRORLOG}|%{HTTPD24_ERRORLOG}',
  NGUSERNAME: String.raw`[a-zA-Z\.\@\-\+_%]+`,
  NGUSER: '%{NGUSERNAME}',
  HAPROXYTIME: '%{HOUR:haproxy_hour}:%{MINUTE:haproxy_minute}(?::%{SECOND:haproxy_second})',
  HAPROXYDATE: [
    '%{MONTHDAY:haproxy_monthday}/%{MONTH:haproxy_month}/%{YEAR:haproxy_year}',
    ':%{HAPROXYTIME:haproxy_time}.%{INT:haproxy_milliseconds}',
  ].join(''),
  HAPROXYCAPTUREDREQUESTHEADERS: '%{DATA:captured_request_headers}',
  HAPROXYCAPTUREDRESPONSEHEADERS: '%{DATA:captured_response_headers}',
  NAXSI_EXLOG: [
    '^NAXSI_EXLOG: ip=%{IPORHOST:naxsi_src_ip}&server=%{IPORHOST:naxsi_dst_ip}',
    '&uri=%{PATH:http_path}&id=%{INT:naxsi_id}',
    '&zone=%{WORD:naxsi_zone}&var_name=%{DATA:naxsi_var_name}&content=',
  ].join(''),
}
