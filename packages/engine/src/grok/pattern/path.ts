/** Paths of files and addresses of the web. */
export const pathPatterns = {
  UNIXPATH: String.raw`(?:/(?:[\w_%!$@:.,~-]+|\\.)*)+`,
  WINPATH: String.raw`(?:[A-Za-z]+:|\\)(?:\\[^\\?*]*)+`,
  PATH: '%{UNIXPATH}|%{WINPATH}',
  TTY: String.raw`/dev/(?:pts|tty(?:[pq])?)(?:\w+)?/?(?:[0-9]+)`,
  URIPROTO: String.raw`[A-Za-z]+(\+[A-Za-z+]+)?`,
  URIHOST: '%{IPORHOST}(?::%{POSINT:port})?',
  URIPATH: String.raw`(?:/[A-Za-z0-9$.+!*'(){},~:;=@#%_\-]*)+`,
  URIPARAM: String.raw`\?[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\-\[\]<>]*`,
  URIPATHPARAM: '%{URIPATH}(?:%{URIPARAM})?',
  URI: '%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?',
}
