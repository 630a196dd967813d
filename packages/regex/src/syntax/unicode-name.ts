/** Short names of the general categories, each followed by the long names it goes by. */
const categories = `
  C Other
  Cc Control cntrl
  Cf Format
  Cn Unassigned
  Co Private_Use
  Cs Surrogate
  L Letter
  LC Cased_Letter
  Ll Lowercase_Letter
  Lm Modifier_Letter
  Lo Other_Letter
  Lt Titlecase_Letter
  Lu Uppercase_Letter
  M Combining_Mark Mark
  Mc Spacing_Mark
  Me Enclosing_Mark
  Mn Nonspacing_Mark
  N Number
  Nd Decimal_Number digit
  Nl Letter_Number
  No Other_Number
  P Punctuation punct
  Pc Connector_Punctuation
  Pd Dash_Punctuation
  Pe Close_Punctuation
  Pf Final_Punctuation
  Pi Initial_Punctuation
  Po Other_Punctuation
  Ps Open_Punctuation
  S Symbol
  Sc Currency_Symbol
  Sk Modifier_Symbol
  Sm Math_Symbol
  So Other_Symbol
  Z Separator
  Zl Line_Separator
  Zp Paragraph_Separator
  Zs Space_Separator
`

/** The scripts of Unicode 16, as JavaScript spells them. */
const scripts = `
  Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali
  Bhaiksuki Bopomofo Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma
  Cham Cherokee Chorasmian Common Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari
  Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs Elbasan Elymaic Ethiopic Garay Georgian Glagolitic
  Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Gurung_Khema Han Hangul Hanifi_Rohingya Hanunoo
  Hatran Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi Inscriptional_Parthian Javanese
  Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki Khudawadi Kirat_Rai
  Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic
  Manichaean Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive
  Meroitic_Hieroglyphs Miao Modi Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari
  New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong Ogham Ol_Chiki Ol_Onal Old_Hungarian Old_Italic
  Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian Old_Turkic Old_Uyghur Oriya Osage
  Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi Rejang Runic Samaritan
  Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese Sunuwar
  Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana
  Thai Tibetan Tifinagh Tirhuta Todhri Toto Tulu_Tigalari Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi
  Yi Zanabazar_Square
`

/** JavaScript's name of a general category, by its short or long name as `plainName` writes it. */
export const categoryNames: ReadonlyMap<string, string> = new Map(
  categories
    .trim()
    .split('\n')
    .map((line) => line.trim().split(' '))
    .flatMap((names) => names.map((name) => [plainName(name), names[0] ?? name])),
)

/** JavaScript's name of a script, by its name as `plainName` writes it. */
export const scriptNames: ReadonlyMap<string, string> = new Map(
  scripts
    .trim()
    .split(/\s+/)
    .map((name) => [plainName(name), name]),
)

/** The name without what does not count in it: case, spaces, underscores and hyphens. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[ _-]/g, '')
}
