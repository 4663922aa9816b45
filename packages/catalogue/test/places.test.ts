import { describe, expect, it } from 'vitest'
import { AREAS, isPlace, isWithin, type Place, PLACES, regionOf, REGIONS, type Region } from '../src/index.ts'

type Case = readonly [place: Place, wanted: readonly Place[], answer: 'yes' | 'no' | 'unknown', region?: Region]

/** From the vendors' pages and the treaties, by hand. */
const CASES: readonly Case[] = [
  ['de', ['eu'], 'yes'],
  ['no', ['eu'], 'no'],
  ['no', ['eea'], 'yes'],
  ['ch', ['eea'], 'no'],
  ['gb', ['eu', 'eea'], 'no'],
  ['eu', ['eea'], 'yes'],
  ['eea', ['eu'], 'no'],
  ['eea', ['eu', 'is', 'li', 'no'], 'yes'],
  ['us', ['us'], 'yes'],
  ['any', ['eu'], 'no'],
  ['any', ['any'], 'yes'],
  ['eu', ['any'], 'yes'],
  ['azure/swedencentral', ['eu'], 'yes'],
  ['azure/swedencentral', ['se'], 'yes'],
  ['azure/swedencentral', ['azure/swedencentral'], 'yes'],
  ['azure/swedencentral', ['azure/westeurope'], 'no'],
  ['azure/switzerlandnorth', ['eea'], 'no'],
  ['azure/uksouth', ['eea', 'gb'], 'yes'],
  ['se', ['azure/swedencentral'], 'no'],
  ['aws/eu-west-2', ['eu'], 'no'],
  ['aws/eu-central-2', ['eu'], 'no'],
  ['google/europe-west6', ['eu'], 'no'],
  ['google/eu', ['eu'], 'yes'],
  ['openai/eu', ['eu'], 'no'],
  ['openai/eu', ['eea'], 'no'],
  ['openai/eu', ['eea', 'ch'], 'yes'],
  ['openai/us', ['us'], 'yes'],
  // New regions open: where they lie nobody here can tell, but they are no other region.
  ['azure/atlantis', ['eu'], 'unknown'],
  ['azure/atlantis', ['azure/swedencentral'], 'no'],
  ['azure/atlantis', ['azure/atlantis'], 'yes'],
  ['de', ['azure/atlantis'], 'no'],
  // "Other US or EU regions": surely not the EU alone; with the US, nobody knows whether London is one.
  ['us-or-eu-regions', ['eu'], 'no'],
  ['us-or-eu-regions', ['us'], 'unknown'],
  ['us-or-eu-regions', ['us', 'eu'], 'unknown'],
  ['resource-region', ['eu'], 'unknown'],
  ['resource-region', ['eu'], 'yes', 'azure/westeurope'],
  ['resource-region', ['nl'], 'yes', 'azure/westeurope'],
  ['resource-region', ['eu'], 'no', 'azure/eastus2'],
  ['resource-region', ['eu'], 'unknown', 'azure/atlantis'],
  ['resource-geography', ['eu'], 'unknown'],
  ['resource-geography', ['eu'], 'yes', 'azure/westeurope'],
  ['resource-geography', ['nl'], 'no', 'azure/westeurope'],
  ['resource-geography', ['nl', 'ie'], 'yes', 'azure/westeurope'],
  ['resource-geography', ['de'], 'yes', 'azure/germanywestcentral'],
  ['resource-geography', ['us'], 'yes', 'azure/eastus'],
  ['resource-geography', ['sg'], 'no', 'azure/southeastasia'],
  ['resource-geography', ['us'], 'unknown', 'aws/us-east-1'],
  ['resource-region', ['resource-geography'], 'yes', 'azure/westeurope'],
  ['azure/westeurope', ['resource-region'], 'yes', 'azure/westeurope'],
  ['azure/westeurope', ['resource-region'], 'unknown'],
  ['de', [], 'no'],
]

describe('whether a place lies within others', () => {
  it.each(CASES.map(([place, wanted, answer, region]) => ({ place, wanted, answer, region })))(
    '$place within $wanted: $answer (resource in $region)',
    ({ place, wanted, answer, region }) => {
      expect(isWithin(place, wanted, region === undefined ? {} : { region })).toBe(answer)
    },
  )

  it.each(PLACES)('%s lies within itself', (place) => {
    expect(isWithin(place, [place])).toBe('yes')
  })
})

describe('the names of places', () => {
  it('are those of the vendors, however their pages spell them', () => {
    expect(regionOf('azure', 'Sweden Central')).toBe('azure/swedencentral')
    expect(regionOf('aws', 'us-east-1')).toBe('aws/us-east-1')
  })

  it.each(['eu', 'de', 'any', 'resource-region', 'azure/swedencentral', 'google/europe-west4', 'openai/eu'])(
    '%s is one',
    (text) => {
      expect(isPlace(text)).toBe(true)
    },
  )

  it.each(['EU', 'uk', 'Germany', 'europe', 'vultr/fra', 'azure/', 'azure/a/b', 'azure/West Europe', '', 7, undefined])(
    '%s is none',
    (text) => {
      expect(isPlace(text)).toBe(false)
    },
  )
})

describe('the tables of places', () => {
  it('have 27 member states of the EU, and three countries more in the EEA', () => {
    expect(new Set(AREAS.eu.countries).size).toBe(27)
    expect(AREAS.eea.countries.filter((country) => !AREAS.eu.countries.includes(country))).toEqual(['is', 'li', 'no'])
  })

  it.each(Object.entries(REGIONS))(
    '%s: the table names its source and the day it was read',
    (_, { source, regions }) => {
      expect(source.title.length).toBeGreaterThan(5)
      expect(source.readOn).toMatch(/^\d{4}-\d{2}-\d{2}$/)
      for (const name of Object.keys(regions)) expect(name).toMatch(/^[a-z0-9-]+$/)
    },
  )
})
