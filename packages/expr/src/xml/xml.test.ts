import { describe, expect, it, test } from 'vitest'
import { parseXml } from './parse-xml.ts'
import { compilePath, findFirst } from './xml-path.ts'

function textAt(xml: string, path: string): string | null {
  const document = parseXml(xml)
  const compiled = compilePath(path)
  if (!document || !compiled) return null
  return findFirst(document, compiled)?.text ?? ''
}

const event = `<?xml version="1.0"?>
<!DOCTYPE Event [<!ENTITY x "y">]>
<Event xmlns="http://schema.example/event" xmlns:t="urn:t"><!-- a comment -->
  <System><Provider Name='P' Guid="{1}"/><EventID>4625</EventID><t:ID>7</t:ID></System>
  <EventData>
    <Data Name="User">r&#x6F;o&#116; &lt;&amp;&gt;</Data>
    <Data Name="Ip">192.0.2.1</Data>
    <Data Name="Raw"><![CDATA[<a & b>]]></Data>
    <Data>before<b>inside</b>after</Data>
  </EventData>
</Event>`

describe('paths', () => {
  test.each([
    ['/Event/System/EventID', '4625'],
    ['/Event/System/t:ID', '7'],
    ['/Event/System/ID', '7'],
    ["/Event/EventData/Data[@Name='User']", 'root <&>'],
    ['/Event/EventData/Data[2]', '192.0.2.1'],
    ['/Event/EventData/Data[-1]', 'before'],
    ['/Event/EventData/Data[@Name="Raw"]', '<a & b>'],
    ['//Data[b="inside"]', 'before'],
    ["//Data[text()='192.0.2.1']", '192.0.2.1'],
    ['//b/../../Data', 'root <&>'],
    ["//*[local-name()='ID']", '7'],
    ["//*[namespace-uri()='urn:t']", '7'],
    ['/Event/*/Data[@Name]', 'root <&>'],
    ['/Event/Nothing', ''],
    ['/event/System', ''],
    ['/Event[', null],
    ["/Event/Data[@Name='x]", null],
    ['/Event/Data[nope()]', null],
  ])('%s leads to %j', (path, expected) => expect(textAt(event, path)).toBe(expected))

  it('takes slashes in quotes for part of a value', () => {
    expect(textAt('<a><b n="x/y">1</b></a>', "/a/b[@n='x/y']")).toBe('1')
  })
})

describe('what is not well-formed', () => {
  test.each([
    '<a>',
    '<a></b>',
    '<a></a></a>',
    '<a b></a>',
    '<a b=c></a>',
    '<a b="<"></a>',
    '<a>&nope;</a>',
    '<a>& b</a>',
    '<a>&#x110000;</a>',
    '<a>\u0001</a>',
    '<a>]]></a>',
    '<a><!-- a -- b --></a>',
    '<a><![CDATA[x]]</a>',
    '<?xml version="2.0"?><a/>',
    '<',
    '<a:b:c/>',
  ])('%s is no document', (xml) => expect(parseXml(xml)).toBeNull())
})

describe('hostile texts', () => {
  it('may nest', () => {
    const depth = 100_000
    const xml = '<a>'.repeat(depth) + 'x' + '</a>'.repeat(depth)
    expect(textAt(xml, '//a[text()="x"]')).toBe('x')
  })

  it('cannot make a path run for hours', () => {
    const depth = 10_000
    const xml = '<a>'.repeat(depth) + '</a>'.repeat(depth)
    expect(() => textAt(xml, '//a//a//a//b')).toThrow('over 5000000 elements')
  })

  it.each(['<a b="', '<!--', '<![CDATA[', '<?', '<!x <', '&', '<a ', '</'])(
    'are read once, %s too',
    (piece) => {
      expect(parseXml(piece.repeat(100_000))).toBeNull()
    },
  )
})
