/** An element, or the document itself, whose name is ''. */
export interface XmlElement {
  readonly space: string
  readonly local: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: XmlElement[]
  readonly parent: XmlElement | null
  /** The text before the first child. */
  text: string
}

export interface XmlAttribute {
  readonly space: string
  readonly local: string
  readonly value: string
}

/** What text may hold. Source: encoding/xml. */
const illegal = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/
const nameAt = /[A-Za-z_:\u0080-\uffff][A-Za-z0-9_:.\-\u0080-\uffff]*/y
const blanksAt = /[ \r\n\t]*/y
const entityAt =
  /&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|([A-Za-z_:\u0080-\uffff][A-Za-z0-9_:.\-\u0080-\uffff]*));/y
const entities: Record<string, string> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' }

/**
 * The elements of an XML text, or null where it is not well-formed. Text outside of elements is allowed, document
 * types are passed over and name no entities. Takes time linear in the text. Source: encoding/xml, strict.
 */
export function parseXml(text: string): XmlElement | null {
  const parser = new XmlParser(text)
  try {
    return parser.parse()
  } catch (error) {
    if (error instanceof Malformed) return null
    throw error
  }
}

class Malformed extends Error {}

class XmlParser {
  readonly #text: string
  #at = 0
  readonly #root: XmlElement = { space: '', local: '', attributes: [], children: [], parent: null, text: '' }
  #open: XmlElement = this.#root
  /** Elements that already had something other than text and comments: their text is complete. */
  readonly #closedText = new Set<XmlElement>()

  constructor(text: string) {
    this.#text = text
  }

  parse(): XmlElement {
    const text = this.#text
    while (this.#at < text.length) {
      const tag = text.indexOf('<', this.#at)
      const end = tag < 0 ? text.length : tag
      if (end > this.#at) this.#characters(text.slice(this.#at, end))
      this.#at = end
      if (tag >= 0) this.#markup()
    }
    if (this.#open !== this.#root) this.#fail()
    return this.#root
  }

  #fail(): never {
    throw new Malformed()
  }

  #characters(raw: string): void {
    if (raw.includes(']]>')) this.#fail()
    this.#append(this.#unescape(raw))
  }

  #append(text: string): void {
    if (illegal.test(text)) this.#fail()
    if (!this.#closedText.has(this.#open)) this.#open.text += text.replace(/\r\n?/g, '\n')
  }

  #unescape(raw: string): string {
    let at = raw.indexOf('&')
    if (at < 0) return raw
    let result = ''
    let from = 0
    for (; at >= 0; at = raw.indexOf('&', from)) {
      entityAt.lastIndex = at
      const found = entityAt.exec(raw)
      if (!found) this.#fail()
      const [all, hex, decimal, name] = found
      result += raw.slice(from, at) + this.#entity(hex, decimal, name)
      from = at + all.length
    }
    return result + raw.slice(from)
  }

  #entity(hex: string | undefined, decimal: string | undefined, name: string | undefined): string {
    if (name !== undefined)
      return (Object.hasOwn(entities, name) ? entities[name] : undefined) ?? this.#fail()
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    if (!(code <= 0x10ffff)) this.#fail()
    return code >= 0xd800 && code <= 0xdfff ? '\ufffd' : String.fromCodePoint(code)
  }

  #markup(): void {
    const text = this.#text
    const at = this.#at
    if (text.startsWith('<!--', at)) this.#comment()
    else if (text.startsWith('<![CDATA[', at)) this.#append(this.#until(']]>', 9))
    else if (text.startsWith('<!', at)) this.#directive()
    else if (text.startsWith('<?', at)) this.#instruction()
    else if (text.startsWith('</', at)) this.#endTag()
    else this.#startTag()
  }

  /** What stands between the reading position, so many characters on, and an ending; reading goes on behind it. */
  #until(ending: string, skip: number): string {
    const from = this.#at + skip
    const end = this.#text.indexOf(ending, from)
    if (end < 0) this.#fail()
    this.#at = end + ending.length
    return this.#text.slice(from, end)
  }

  #comment(): void {
    const body = this.#until('-->', 4)
    if (body.includes('--') || body.endsWith('-')) this.#fail()
  }

  #instruction(): void {
    const body = this.#until('?>', 2)
    nameAt.lastIndex = 0
    const target = nameAt.exec(body)?.[0]
    if (target === undefined) this.#fail()
    const version = target === 'xml' ? /version\s*=\s*(?:"([^"]*)"|'([^']*)')/.exec(body) : null
    if (version && (version[1] ?? version[2]) !== '1.0') this.#fail()
    this.#closedText.add(this.#open)
  }

  /** A document type or the like: brackets nest, quotes hide them. */
  #directive(): void {
    const text = this.#text
    let depth = 0
    let quote = ''
    for (let at = this.#at + 2; at < text.length; at++) {
      const character = text.charAt(at)
      if (quote !== '') quote = character === quote ? '' : quote
      else if (character === '"' || character === "'") quote = character
      else if (character === '<') depth++
      else if (character === '>' && depth-- === 0) {
        this.#at = at + 1
        this.#closedText.add(this.#open)
        return
      }
    }
    this.#fail()
  }

  #name(): { space: string; local: string } {
    nameAt.lastIndex = this.#at
    const name = nameAt.exec(this.#text)?.[0]
    if (name === undefined) this.#fail()
    this.#at += name.length
    const colon = name.indexOf(':')
    if (colon !== name.lastIndexOf(':')) this.#fail()
    const isPrefixed = colon > 0 && colon < name.length - 1
    return isPrefixed
      ? { space: name.slice(0, colon), local: name.slice(colon + 1) }
      : { space: '', local: name }
  }

  #blanks(): void {
    blanksAt.lastIndex = this.#at
    this.#at += blanksAt.exec(this.#text)?.[0].length ?? 0
  }

  #take(expected: string): boolean {
    if (!this.#text.startsWith(expected, this.#at)) return false
    this.#at += expected.length
    return true
  }

  #endTag(): void {
    this.#at += 2
    const { space, local } = this.#name()
    this.#blanks()
    const { parent } = this.#open
    if (!this.#take('>') || !parent || this.#open.space !== space || this.#open.local !== local) this.#fail()
    this.#open = parent
  }

  #startTag(): void {
    this.#at += 1
    const { space, local } = this.#name()
    const attributes: XmlAttribute[] = []
    for (;;) {
      this.#blanks()
      if (this.#take('/>')) {
        this.#add({ space, local, attributes, children: [], parent: this.#open, text: '' })
        return
      }
      if (this.#take('>')) {
        this.#open = this.#add({ space, local, attributes, children: [], parent: this.#open, text: '' })
        return
      }
      attributes.push(this.#attribute())
    }
  }

  #add(element: XmlElement): XmlElement {
    this.#closedText.add(this.#open)
    this.#open.children.push(element)
    return element
  }

  #attribute(): XmlAttribute {
    const { space, local } = this.#name()
    this.#blanks()
    if (!this.#take('=')) this.#fail()
    this.#blanks()
    const quote = this.#text.charAt(this.#at)
    if (quote !== '"' && quote !== "'") this.#fail()
    const raw = this.#until(quote, 1)
    if (raw.includes('<') || illegal.test(raw)) this.#fail()
    return { space, local, value: this.#unescape(raw).replace(/\r\n?/g, '\n') }
  }
}
