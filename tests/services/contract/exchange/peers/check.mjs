// Judges resources with the npm validator `fhir`: one line of JSON per resource that it refuses.
import fhir from 'fhir'
import { readFileSync } from 'node:fs'

const judge = new fhir.Fhir()
const refused = JSON.parse(readFileSync(0, 'utf8'))
  .map((resource) => ({ resource, result: judge.validate(resource, { errorOnUnexpected: true }) }))
  .filter(({ result }) => !result.valid)
  .map(({ resource, result }) => ({
    what: `${resource.resourceType}/${resource.id}`,
    messages: result.messages.filter((one) => one.severity === 'error')
  }))
console.log(JSON.stringify(refused))
