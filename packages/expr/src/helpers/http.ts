import { textOf } from '../go/text-of.ts'
import { types } from '../type/type.ts'
import type { Value } from '../value.ts'
import { type HelperFamily, needing } from './capability.ts'

const { any, string } = types

const noHeaders: ReadonlyMap<string, string> = new Map()

/** Helpers that send requests over HTTP. */
export const httpHelpers: HelperFamily = ({ http }) => {
  const what = 'requests over HTTP'
  const result = http?.type ?? any
  return {
    HTTPGet: needing(
      'HTTPGet',
      what,
      http,
      types.func([string], result),
      (service) => (url: string) => service.request('GET', url, noHeaders, ''),
    ),
    HTTPHead: needing(
      'HTTPHead',
      what,
      http,
      types.func([string], result),
      (service) => (url: string) => service.request('HEAD', url, noHeaders, ''),
    ),
    HTTPPost: needing(
      'HTTPPost',
      what,
      http,
      types.func([string, string, string], result),
      (service) => (url: string, contentType: string, body: string) =>
        service.request('POST', url, new Map([['Content-Type', contentType]]), body),
    ),
    HTTPRequest: needing(
      'HTTPRequest',
      what,
      http,
      types.func([string, string, types.map(any), string], result),
      (service) => (method: string, url: string, headers: ReadonlyMap<string, Value>, body: string) => {
        const texts = new Map([...headers].map(([name, value]) => [name, textOf(value)]))
        return service.request(method, url, texts, body)
      },
    ),
  }
}
