import { LruMap } from '../data/lru.ts'
import { types } from '../type/type.ts'
import { parseXml, type XmlElement } from '../xml/parse-xml.ts'
import { compilePath, findFirst, type Path } from '../xml/xml-path.ts'
import { helper, type HelperFamily } from './capability.ts'

const { string } = types

/** Helpers on XML. What is not there, and every text that is not well-formed, is ''. */
export const xmlHelpers: HelperFamily = () => ({
  XMLGetNodeValue: helper(
    types.func([string, string], string),
    (text: string, path: string) => find(text, path)?.text ?? '',
  ),
  XMLGetAttributeValue: helper(
    types.func([string, string, string], string),
    (text: string, path: string, name: string) => {
      const element = find(text, path)
      return element ? attribute(element, name) : ''
    },
  ),
})

function attribute(element: XmlElement, name: string): string {
  const colon = name.indexOf(':')
  const [space, local] = colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)]
  const found = element.attributes.find((one) => one.local === local && (space === '' || one.space === space))
  return found?.value ?? ''
}

// Items look up dozens of paths in one line before they go on to the next.
const documents = new LruMap<string, XmlElement | 'malformed'>(8)
const paths = new LruMap<string, Path | 'malformed'>(1_000)
let lastText: string | undefined
let lastDocument: XmlElement | 'malformed' = 'malformed'

function find(text: string, pathText: string): XmlElement | null {
  const path = pathOf(pathText)
  if (path === 'malformed') return null
  const document = documentOf(text)
  return document === 'malformed' ? null : findFirst(document, path)
}

function pathOf(text: string): Path | 'malformed' {
  let path = paths.get(text)
  if (path === undefined) {
    path = compilePath(text) ?? 'malformed'
    paths.set(text, path)
  }
  return path
}

function documentOf(text: string): XmlElement | 'malformed' {
  if (text === lastText) return lastDocument
  let document = documents.get(text)
  if (document === undefined) {
    document = parseXml(text) ?? 'malformed'
    documents.set(text, document)
  }
  lastText = text
  lastDocument = document
  return document
}
