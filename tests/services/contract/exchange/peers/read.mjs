// Asks a running door with the client `fhir-kit-client`: metadata, every type page by page, each resource once more alone.
import { Client } from 'fhir-kit-client'

const [baseUrl, cookie, ...types] = process.argv.slice(2)
const client = new Client({ baseUrl, customHeaders: { Cookie: cookie } })
const told = { version: (await client.capabilityStatement()).fhirVersion, found: {}, differs: [] }

for (const resourceType of types) {
  told.found[resourceType] = 0
  let bundle = await client.search({ resourceType, searchParams: { _count: 1 } })
  while (bundle) {
    for (const { resource } of bundle.entry ?? []) {
      told.found[resourceType] += 1
      const alone = await client.read({ resourceType, id: resource.id })
      if (JSON.stringify(alone) !== JSON.stringify(resource)) told.differs.push(`${resourceType}/${resource.id}`)
    }
    bundle = bundle.link.some(({ relation }) => relation === 'next') ? await client.nextPage({ bundle }) : null
  }
}

try {
  await client.read({ resourceType: 'Patient', id: 'nobody' })
} catch (error) {
  told.missing = error.response?.status
}
console.log(JSON.stringify(told))
