/** Texts that send a careless pattern back again and again, of any length. */
export const HOSTILE_TEXTS: Readonly<Record<string, (length: number) => string>> = {
  letters: repeated('a'),
  digits: repeated('4'),
  'digits and spaces': repeated('4 1 2-3.'),
  'half addresses': repeated('a@a.'),
  'at signs': repeated('@'),
  dots: repeated('.'),
  'letters and dots': repeated('a.'),
  'numbers of computers': repeated('1.2.3.'),
  colons: repeated('ab:'),
  'white space': repeated(' '),
  hyphens: repeated('-'),
  'beginnings of keys in PEM': repeated('-----BEGIN PRIVATE KEY-----\n'),
  'beginnings of tokens': repeated('eyJhbGciOi.'),
  'words for passwords': repeated('password = '),
  'quotes after them': repeated('password="'),
  'addresses of databases': repeated('postgres://a:'),
  'country codes': repeated('DE89 '),
  'plus signs': repeated('+49 '),
  'keys of vendors': repeated('sk-'),
  'words for births': repeated('born 1.1.'),
  backslashes: repeated('\\'),
  'other digits': repeated('٤'),
  'full width': repeated('Ａ＠'),
  brackets: repeated('<A_1'),
}

function repeated(piece: string): (length: number) => string {
  return (length) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
}
