// A provider that asks nothing: everybody is who the arguments say. Arguments: client (not looked at), claims as JSON.
import { OAuth2Server } from 'oauth2-mock-server'

const claims = JSON.parse(process.argv[3])
const server = new OAuth2Server()
await server.issuer.keys.generate('RS256')
server.service.on('beforeTokenSigning', (token) => Object.assign(token.payload, claims))
await server.start(0, '127.0.0.1')
server.issuer.url = `http://127.0.0.1:${server.address().port}`
console.log(server.issuer.url)
process.stdin.resume().on('end', () => process.exit(0))
