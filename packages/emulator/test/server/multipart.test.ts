import { describe, expect, it } from 'vitest'
import { readForm } from '../../src/server/multipart.ts'

async function encode(form: FormData): Promise<{ readonly type: string; readonly body: Buffer }> {
  const response = new Response(form)
  return { type: response.headers.get('content-type') ?? '', body: Buffer.from(await response.arrayBuffer()) }
}

describe('a form', () => {
  it('gives its fields and files with their exact bytes, also those that look like an end of line', async () => {
    const content = Buffer.from([0, 13, 10, 45, 45, 255, 13, 10])
    const form = new FormData()
    form.set('purpose', 'fine-tune')
    form.set('empty', '')
    form.set('file', new Blob([content], { type: 'application/jsonl' }), 'a "b" \u00e9.jsonl')
    const { type, body } = await encode(form)
    const reading = readForm(type, body)
    expect(reading).toEqual({
      ok: true,
      parts: [
        { name: 'purpose', content: Buffer.from('fine-tune') },
        { name: 'empty', content: Buffer.alloc(0) },
        { name: 'file', filename: 'a "b" \u00e9.jsonl', contentType: 'application/jsonl', content },
      ],
    })
  })

  it('may have a quoted boundary, a preamble and a backslash in a name, as RFC 2046 allows', () => {
    const body = Buffer.from(
      'ignored\r\n--x y\r\nContent-Disposition: form-data; name="a\\"b"\r\n\r\nvalue\r\n--x y--\r\nignored',
    )
    expect(readForm('multipart/form-data; charset=utf-8; boundary="x y"', body)).toEqual({
      ok: true,
      parts: [{ name: 'a"b', content: Buffer.from('value') }],
    })
  })

  it.each([
    ['another content type', 'application/json', '--x--'],
    ['no boundary', 'multipart/form-data', '--x--'],
    ['a boundary that is not there', 'multipart/form-data; boundary=x', '--y--'],
    ['no end', 'multipart/form-data; boundary=x', '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nvalue'],
    ['a part without headers', 'multipart/form-data; boundary=x', '--x\r\nvalue\r\n--x--'],
    ['a part without a name', 'multipart/form-data; boundary=x', '--x\r\nContent-Type: text/plain\r\n\r\nv\r\n--x--'],
    [
      'a bare line feed',
      'multipart/form-data; boundary=x',
      '--x\nContent-Disposition: form-data; name="a"\n\nv\n--x--',
    ],
  ])('with %s is refused', (_, type, body) => {
    expect(readForm(type, Buffer.from(body)).ok).toBe(false)
  })
})
