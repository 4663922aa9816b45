import { cueBefore, type Finder } from './finder.ts'
import { isInvented, isRandom } from './invented.ts'

/** Values beside a word for a secret: `api_key = "…"`, “Passwort: …”, “the password is …”. */
export const findAssignments: Finder = (text, found) => {
  WORD.lastIndex = 0
  for (let word = WORD.exec(text); word !== null; word = WORD.exec(text)) {
    const [all, name = ''] = word
    const start = WORD.lastIndex
    if (cueBefore(text, word.index, NO_SECRET, 16)) continue
    const value = valueAt(text, start, all.at(-1) ?? '')
    if (value.length < 6 || isInvented(value)) continue
    const rule = ruleOf(name, value)
    if (rule === undefined) continue
    found(rule, start, start + value.length)
    WORD.lastIndex = start + value.length
  }
}

/** Tokens of another sort: places in a list, pieces of a text. */
const NO_SECRET = /(?:page|cursor|continuation|csrf|xsrf|sync|max|eos|bos|pad)[_ -]?$/i

/** A word, what may stand between it and its value, and a quotation mark. */
const WORD =
  /((?:secret[ _-]?|aws[ _-]?)?(?:access|api|auth|account|private|client|encryption|signing|shared)[ _-]?(?:access[ _-]?)?(?:key|token|secret)|apikey|authorization|secret(?:[ _-]?key)?|token|pass(?:word|wd|phrase|code)|pwd|pw|passwort|kennwort|mot de passe|contraseña|clave|hasło|wachtwoord|senha|lösenord|salasana|パスワード|暗証番号|密码)["'`]?(?:[ \t]{0,3}(?:=>|:=|=|:|：)[ \t]{0,3}| (?:is|was|ist|lautet|est|es|é|è|to) )["'`]?/gi

const VALUE = /[^\s"'`,;<>(){}[\]、。]{1,256}/y

/** The value from there on: to the quotation mark that opened it, or to where a value without one ends. */
function valueAt(text: string, start: number, before: string): string {
  if (/["'`]/.test(before)) {
    const end = text.slice(start, start + 257).indexOf(before)
    if (end > 0) return text.slice(start, start + end)
  }
  VALUE.lastIndex = start
  // The end of a sentence is not the value's.
  return (VALUE.exec(text)?.[0] ?? '').replace(/[.:]$/, '')
}

function ruleOf(name: string, value: string) {
  if (/secret.?access.?key/i.test(name) && /^[A-Za-z0-9/+]{40}$/.test(value)) return 'aws-secret-access-key'
  if (value.length >= 20 && !/\s/.test(value) && isRandom(value)) return 'credential'
  return isPassword(name, value) ? 'password' : undefined
}

const PASSWORDS = /^(?:pass|pw|kennwort|mot de|contra|clave|has|wacht|senha|lösen|salasana|パスワード|暗証|密码)/i

/** A name in a program, such as SIGN_IN_V2. */
const CONSTANT = /^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$/

/** Letters alone are a word, digits alone a count, an address no password. */
function isPassword(name: string, value: string): boolean {
  if (!PASSWORDS.test(name) || /\s/.test(value) || value.length > 64) return false
  if (/^\w+:\/\/|^\/|^[a-z_]+(?:[.(][a-z_]+)+$/i.test(value)) return false
  if (CONSTANT.test(value)) return false
  const kinds = [/\p{L}/u, /\d/, /[!#$%&*+?@^~]/].filter((kind) => kind.test(value)).length
  return kinds >= 2
}
