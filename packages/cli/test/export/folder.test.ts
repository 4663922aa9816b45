import { createHash } from 'node:crypto'
import { appendFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openFolder, type ExportFolder } from '../../src/export/folder.ts'
import { folder as newFolder } from '../anytune.ts'

const OWNER = { provider: 'acme', scope: 'account/1' }
const TARGET = { source: 'file:f', path: 'files/f.jsonl' }

async function opened(path: string, owner = OWNER): Promise<ExportFolder> {
  const folder = await openFolder(path, 'out', owner)
  onTestFinished(() => folder.close().catch(() => {}))
  return folder
}

const bytes = (text: string) => [Buffer.from(text)]

/** What stands under names of its own. */
async function names(path: string): Promise<readonly string[]> {
  return (await readdir(path, { recursive: true })).filter((name) => !name.startsWith('.')).toSorted()
}

describe('the folder of an export', () => {
  it('is made for its owner alone, and kept out of git', async () => {
    const path = join(await newFolder(), 'new', 'out')
    const folder = await opened(path)
    await folder.write(TARGET, bytes('rows\n'))
    expect((await stat(path)).mode & 0o777).toBe(0o700)
    expect((await stat(join(path, 'files'))).mode & 0o777).toBe(0o700)
    expect((await stat(join(path, TARGET.path))).mode & 0o777).toBe(0o600)
    expect(await readFile(join(path, '.gitignore'), 'utf8')).toBe('*\n')
  })

  it('finds what it wrote in a later process, with length and digest', async () => {
    const path = await newFolder()
    const first = await opened(path)
    const written = await first.write(TARGET, bytes('rows\n'))
    expect(written).toEqual({
      ...TARGET,
      bytes: 5,
      sha256: createHash('sha256').update('rows\n').digest('hex'),
    })
    await first.close()
    const second = await opened(path)
    expect(await second.find('file:f')).toEqual(written)
    expect(await second.text('file:f')).toBe('rows\n')
    expect(await second.find('file:other')).toBeUndefined()
    expect(await second.all()).toEqual([written])
  })

  it('is refused when it holds anything else', async () => {
    const path = await newFolder({ 'thesis.txt': 'mine' })
    await expect(openFolder(path, 'out', OWNER)).rejects.toMatchObject({ code: 'already-exists' })
    expect(await readdir(path)).toEqual(['thesis.txt'])
  })

  it('is refused for another account, and while another process has it', async () => {
    const path = await newFolder()
    const first = await opened(path)
    await expect(openFolder(path, 'out', OWNER)).rejects.toMatchObject({ code: 'failed-precondition' })
    await first.close()
    await expect(openFolder(path, 'out', { ...OWNER, scope: 'account/2' })).rejects.toMatchObject({
      code: 'already-exists',
      message: expect.stringContaining('account/1') as string,
    })
    await opened(path)
  })

  it('never writes over what it did not write', async () => {
    const path = await newFolder()
    const folder = await opened(path)
    await folder.write(TARGET, bytes('ours'))
    await mkdir(join(path, 'models'))
    await writeFile(join(path, 'models', 'm.json'), 'mine')
    await folder.close()
    await writeFile(join(path, TARGET.path), 'edited')

    const again = await opened(path)
    expect(await again.find('file:f')).toBeUndefined()
    for (const target of [TARGET, { source: 'model:m', path: 'models/m.json' }])
      await expect(again.write(target, bytes('new'))).rejects.toMatchObject({ code: 'already-exists' })
    expect(await readFile(join(path, TARGET.path), 'utf8')).toBe('edited')
    expect(await readFile(join(path, 'models', 'm.json'), 'utf8')).toBe('mine')
  })

  it('replaces its own as a whole, and leaves the same bytes alone', async () => {
    const path = await newFolder()
    const folder = await opened(path)
    await folder.write(TARGET, bytes('one'))
    const { ino } = await stat(join(path, TARGET.path))
    await folder.write(TARGET, bytes('one'))
    expect((await stat(join(path, TARGET.path))).ino).toBe(ino)
    await folder.write(TARGET, bytes('two'))
    expect(await folder.text('file:f')).toBe('two')
  })

  it('has no part of a file whose bytes broke off', async () => {
    const path = await newFolder()
    const folder = await opened(path)
    async function* broken() {
      yield Buffer.from('half')
      throw new Error('reset')
    }
    await expect(folder.write(TARGET, broken())).rejects.toThrow('reset')
    expect(await names(path)).toEqual([])
    expect((await readdir(path)).filter((name) => name.startsWith('.unfinished'))).toEqual([])
  })

  it('removes what a process that died left unfinished, and goes on after a ledger that was cut short', async () => {
    const path = await newFolder()
    const folder = await opened(path)
    const written = await folder.write(TARGET, bytes('rows'))
    await folder.close()
    await writeFile(join(path, '.unfinished-1'), 'half a fi')
    await appendFile(join(path, '.anytune-export.jsonl'), '{"source":"file:g","pa')

    const again = await opened(path)
    expect((await readdir(path)).toSorted()).toEqual(['.anytune-export.jsonl', '.gitignore', 'files'])
    expect(await again.all()).toEqual([written])
    const other = await again.write({ source: 'file:g', path: 'files/g.jsonl' }, bytes('more'))
    await again.close()
    expect(await (await opened(path)).all()).toEqual([written, other])
  })

  it('takes a file that was noted and did not get its name for one that is not there', async () => {
    const path = await newFolder()
    const folder = await opened(path)
    const written = await folder.write(TARGET, bytes('old'))
    await folder.close()
    const noted = { ...written, sha256: '0'.repeat(64), bytes: 3 }
    const lost = { source: 'file:g', path: 'files/g.jsonl', bytes: 1, sha256: '1'.repeat(64) }
    await appendFile(
      join(path, '.anytune-export.jsonl'),
      [noted, lost].map((one) => `${JSON.stringify(one)}\n`).join(''),
    )

    const again = await opened(path)
    expect(await again.find('file:f')).toEqual(written)
    expect(await again.find('file:g')).toBeUndefined()
    await again.write(TARGET, bytes('new'))
    expect(await again.text('file:f')).toBe('new')
  })

  it('starts anew where a process died before the first line of its ledger was whole, and not beside other files', async () => {
    const path = await newFolder({ '.anytune-export.jsonl': '{"type":"anytune-ex' })
    await (await opened(path)).close()
    expect(await readFile(join(path, '.anytune-export.jsonl'), 'utf8')).toMatch(/^\{"type":"anytune-export".*\}\n$/)
    const damaged = await newFolder({ '.anytune-export.jsonl': 'x\n', 'manifest.json': '{}' })
    await expect(openFolder(damaged, 'out', OWNER)).rejects.toMatchObject({ code: 'already-exists' })
  })

  it('says what the disk does not take', async () => {
    const path = await newFolder()
    const folder = await opened(path)
    await writeFile(join(path, 'files'), 'in the way')
    await expect(folder.write(TARGET, bytes('x'))).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringMatching(/^out cannot be written \((?:EEXIST|ENOTDIR)\)$/) as string,
    })
    await expect(openFolder(join(path, 'files'), 'files', OWNER)).rejects.toMatchObject({ code: 'invalid-argument' })
  })
})
