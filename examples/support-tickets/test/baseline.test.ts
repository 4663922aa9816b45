import { describe, expect, it } from 'vitest'
import { nearestNeighbour } from '../src/baseline.ts'
import { ticket } from './ticket.ts'

const lamp = ticket('The lamp does not light up', { product: 'lumi', category: 'defect' })
const parcel = ticket('The parcel with the lamp is late', { product: 'lumi', category: 'delivery' })
const password = ticket('The password is wrong', { product: 'perk', category: 'login' })

describe('nearestNeighbour', () => {
  it('finds the ticket with the most similar words, whatever their case and punctuation', () => {
    const nearest = nearestNeighbour([lamp, parcel, password])
    expect(nearest('PASSWORD: wrong?!')).toBe(password)
    expect(nearest('when does the parcel come')).toBe(parcel)
    expect(nearest('does not light')).toBe(lamp)
  })

  it('gives a rare word more weight than a common one', () => {
    // Each shares one of its two words with the question; without weights the first would do.
    const common = ticket('please repair', {})
    const rare = ticket('feeder jammed', {})
    const others = ['please now', 'please today', 'please soon'].map((text) => ticket(text, {}))
    expect(nearestNeighbour([common, rare, ...others])('please feeder')).toBe(rare)
  })

  it('counts how often a word occurs', () => {
    const red = ticket('red green', {})
    const blue = ticket('blue green', {})
    expect(nearestNeighbour([blue, red])('red red blue')).toBe(red)
    expect(nearestNeighbour([red, blue])('red blue blue')).toBe(blue)
  })

  it('prefers a short ticket to a long one that shares the same words', () => {
    const short = ticket('coffee leaks', {})
    const long = ticket('coffee leaks since the mill was cleaned after breakfast by somebody', {})
    expect(nearestNeighbour([long, short])('coffee leaks')).toBe(short)
  })

  it('takes the first of equally similar tickets, and where no word is known', () => {
    const again = ticket(lamp.text, { product: 'sprig' })
    expect(nearestNeighbour([lamp, again])(lamp.text)).toBe(lamp)
    expect(nearestNeighbour([again, lamp])(lamp.text)).toBe(again)
    expect(nearestNeighbour([parcel, lamp])('¡Hola! ¿Qué?')).toBe(parcel)
    expect(nearestNeighbour([parcel, lamp])('')).toBe(parcel)
  })

  it('finds every ticket of its own when none share all their words', () => {
    const nearest = nearestNeighbour([lamp, parcel, password])
    for (const known of [lamp, parcel, password]) expect(nearest(known.text)).toBe(known)
  })

  it('needs a ticket', () => {
    expect(() => nearestNeighbour([])).toThrow(RangeError)
  })
})
